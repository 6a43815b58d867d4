"""Maps: the style table, painting, tiles, GeoJSON and the folium web map."""
