"""The project file: one GeoPackage, written whole or not at all."""
