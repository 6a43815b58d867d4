/* From GeoJSON and the style table to Leaflet layers. Text never becomes markup: popups are built node by node. */
(function () {
  "use strict";
  var pm = (window.patrolmap = window.patrolmap || {});

  pm.ORDER = [
    "grid_cells", "boundary", "hotspots", "ring_reach", "ring_blocks", "ring_districts", "rings", "incidents", "routes", "overlays", "sites",
    "ring_crossings", "ring_passes", "ring_leaks", "ring_cut", "ring_places", "ring_drill", "stops"
  ];

  function line(style, extra) {
    return L.extend({
      color: style.colour, weight: pm.mm(style.width_mm), opacity: style.opacity, dash: style.dash, halo: style.halo
    }, extra);
  }

  pm.lookups = function (style) {
    function by(list) { var found = {}; list.forEach(function (entry) { found[entry.kind] = entry; }); return found; }
    return { rings: by(style.rings), sites: by(style.sites), barriers: by(style.barriers) };
  };

  function rampColour(style, strength) {
    var ramp = style.hotspot_ramp, place = Math.floor(Math.min(Math.max(strength, 0), 1) * ramp.length);
    return ramp[Math.min(place, ramp.length - 1)];
  }

  /* Options of a feature by its layer. `teams` gives each team its place in the palette. `paint` is the colour of the
     class that the user chose to show; a feature outside all classes has an empty one. */
  pm.options = function (name, feature, style, looks, teams) {
    var made = usual(name, feature, style, looks, teams), paint = feature.properties.paint;
    if (paint === undefined) { return made; }
    if (!paint) { made.opacity = made.fillOpacity = 0; made.soft = false; made.halo = undefined; return made; }
    if (name === "hotspots") { made.fillOpacity = 0.62; made.soft = false; made.color = style.panel; }
    if (name === "routes" || name === "stops") { made.color = paint; }
    if (name === "sites") { made.color = paint; }
    made.fillColor = paint;
    return made;
  };

  function usual(name, feature, style, looks, teams) {
    var p = feature.properties;
    if (name === "rings" && looks.rings[p.kind]) {
      return line(looks.rings[p.kind].line, { fill: false });
    }
    if (name === "hotspots") {
      var edge = style.hotspot.outline;
      return line(edge, {
        fillColor: rampColour(style, p.strength === undefined ? 1 : p.strength),
        fillOpacity: Math.min(style.hotspot.fill_opacity * 1.1, 1), soft: true, opacity: edge.opacity * 0.55
      });
    }
    if (name === "grid_cells") { return line(style.grid_cell.outline, { fill: false }); }
    if (name === "boundary") { return line(style.boundary, { fill: false }); }
    if (name === "routes" || name === "stops") {
      var colour = style.routes[(teams[p.team] || 0) % style.routes.length];
      return {
        color: colour, fillColor: colour, halo: style.route.halo, weight: pm.mm(style.route.width_mm * 0.8), opacity: 1,
        text: p.number === undefined ? "" : p.number, sizeMm: style.stop_mm, ink: style.stop_label.colour,
        family: style.family, radius: pm.mm(style.stop_mm / 2)
      };
    }
    if (name === "incidents") {
      return { radius: 2, stroke: false, fillColor: style.incident.colour, fillOpacity: 0.35 };
    }
    if (name === "sites" && looks.sites[p.kind]) {
      var site = looks.sites[p.kind], level = Math.min(Math.max((p.level || 2) - 1, 0), 2);
      var dots = pm.mm(site.size_mm[level]);
      return {
        color: site.colour, fillColor: site.fills[level], rim: style.panel, outline: site.outline, sizeDots: dots,
        radius: dots / 2, opacity: 1
      };
    }
    /* Overlays bring their look along: it comes from the same table as everywhere. */
    if (p.look) {
      return {
        color: p.look.color, weight: pm.mm(p.look.width_mm), opacity: p.look.opacity, dash: p.look.dash, halo: p.look.halo,
        fill: !!p.look.fill, fillColor: p.look.fill, fillOpacity: p.look.fill ? p.look.fill_opacity : 0,
        radius: pm.mm(p.look.radius_mm)
      };
    }
    var isOpen = p.kind === "leak" || p.kind === "gap" || p.kind === "crossing";
    return line(p.kind === "closure" ? style.closure : isOpen ? style.leak : style.selection, {
      fill: false, radius: pm.mm(1.2), fillColor: p.kind === "leak" || p.kind === "gap" ? style.leak.colour : style.panel,
      fillOpacity: 1,
      color: p.kind === "controlled" ? looks.sites.checkpoint.colour : p.kind === "closure" ? style.closure.colour
        : isOpen ? style.leak.colour : style.selection.colour
    });
  }

  var AREA = { Polygon: true, MultiPolygon: true };

  /* Numbers of all stops that a team makes at one place: the topmost mark would hide the others. */
  function numbersByPlace(features) {
    var found = {};
    features.forEach(function (feature) {
      if (feature.geometry && feature.properties.number !== undefined) {
        (found[placeKey(feature)] = found[placeKey(feature)] || []).push(feature.properties.number);
      }
    });
    Object.keys(found).forEach(function (key) { found[key].sort(function (a, b) { return a - b; }); });
    return found;
  }
  function placeKey(feature) {
    return feature.properties.team + "|" + feature.geometry.coordinates.map(function (c) { return c.toFixed(6); }).join();
  }

  pm.makeLayer = function (name, collection, style, teams, renderer) {
    var looks = pm.lookups(style), group = L.layerGroup();
    group.byId = {};
    group.features = collection.features;
    var numbers = name === "stops" ? numbersByPlace(collection.features) : {};
    collection.features.forEach(function (feature) {
      var geometry = feature.geometry, options = pm.options(name, feature, style, looks, teams), made;
      if (!geometry) { return; }
      options.renderer = renderer;
      options.bubblingMouseEvents = false;
      if (name === "stops" && (numbers[placeKey(feature)] || []).length > 1) { options.text = numbers[placeKey(feature)].join(","); }
      if (geometry.type === "Point") {
        var at = L.GeoJSON.coordsToLatLng(geometry.coordinates);
        made = name === "sites" ? new pm.Symbol(at, options)
          : name === "stops" ? new pm.StopDot(at, options) : L.circleMarker(at, options);
      } else {
        var depth = { LineString: 0, MultiLineString: 1, Polygon: 1, MultiPolygon: 2 }[geometry.type];
        if (depth === undefined) { return; }
        var latlngs = L.GeoJSON.coordsToLatLngs(geometry.coordinates, depth);
        made = AREA[geometry.type] ? new pm.HaloArea(latlngs, options)
          : name === "routes" ? new pm.RouteLine(latlngs, options) : new pm.HaloLine(latlngs, options);
        if (AREA[geometry.type]) { made.options.noClip = true; }
      }
      made.feature = feature;
      made.layerName = name;
      made.ownOptions = { opacity: options.opacity, fillOpacity: options.fillOpacity, weight: options.weight };
      group.byId[feature.id] = made;
      group.addLayer(made);
    });
    return group;
  };

  pm.setOpacity = function (group, factor) {
    group.eachLayer(function (made) {
      var own = made.ownOptions;
      made.setStyle({
        opacity: (own.opacity === undefined ? 1 : own.opacity) * factor,
        fillOpacity: (own.fillOpacity === undefined ? 1 : own.fillOpacity) * factor
      });
    });
  };

  /* Places of teams in the palette: by sorted id, as the painter gives them. */
  pm.teamPlaces = function () {
    var ids = {}, places = {};
    Array.prototype.forEach.call(arguments, function (collection) {
      if (collection) { collection.features.forEach(function (f) { ids[f.properties.team] = true; }); }
    });
    Object.keys(ids).sort(function (a, b) { return a < b ? -1 : a > b ? 1 : 0; }).forEach(function (id, i) { places[id] = i; });
    return places;
  };

  /* A node with text; never markup. */
  pm.node = function (tag, className, text) {
    var made = document.createElement(tag);
    if (className) { made.className = className; }
    if (text !== undefined && text !== null) { made.textContent = String(text); }
    return made;
  };

  pm.popup = function (feature) {
    var box = pm.node("div", "pm-popup");
    box.appendChild(pm.node("h3", "", feature.properties.title));
    var table = pm.node("table");
    (feature.properties.rows || []).forEach(function (row) {
      var tr = pm.node("tr");
      tr.appendChild(pm.node("th", "", row[0]));
      tr.appendChild(pm.node("td", "", row[1]));
      table.appendChild(tr);
    });
    if (table.childNodes.length) { box.appendChild(table); }
    return box;
  };
})();
