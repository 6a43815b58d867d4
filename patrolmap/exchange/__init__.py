"""What leaves the program as files for others: GPX, KML, GeoJSON, Excel, iCalendar, styles for QGIS."""
