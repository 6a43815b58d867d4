/* The web map's window: panel with search, layers with legend, teams with their stops; print. All text is text. */
(function () {
  "use strict";
  var pm = window.patrolmap, SVG = "http:" + "//www.w3.org/2000/svg";

  pm.startWebMap = function (map) {
    var data = JSON.parse(document.getElementById("pm-data").textContent), style = data.style, t = data.texts;
    var renderer = L.canvas({ padding: 0.4, tolerance: 4 }), groups = {}, shown = {}, streets = null, chosenTeam = null;
    var labels = new pm.Labels(style), teams = pm.teamPlaces(data.layers.routes, data.layers.stops), namesOn = true;
    document.documentElement.lang = data.language;
    document.title = data.title;
    map.getContainer().style.background = style.background;
    L.control.zoom({ position: "topright" }).addTo(map);
    L.control.scale({ position: "bottomright", imperial: false, maxWidth: 140 }).addTo(map);

    map.createPane("ground").style.zIndex = 205;
    if (data.ground.groups.length) {
      streets = new pm.StreetGrid(data.ground, style, { pane: "ground", minZoom: map.getMinZoom(), maxZoom: map.getMaxZoom() });
      streets.addTo(map);
    }
    map.fitBounds([[data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]], { padding: [12, 12], animate: false });

    function openPopup(made) {
      var at = made.getLatLng ? made.getLatLng() : made.lastClick || made.getBounds().getCenter();
      L.popup({ maxWidth: 320 }).setLatLng(at).setContent(pm.popup(made.feature)).openOn(map);
    }
    pm.ORDER.forEach(function (name) {
      if (!data.layers[name]) { return; }
      groups[name] = pm.makeLayer(name, data.layers[name], style, teams, renderer).addTo(map);
      shown[name] = true;
      groups[name].eachLayer(function (made) {
        if (name === "boundary" || name === "grid_cells") { made.options.interactive = false; }
        made.on("click", function (e) {
          L.DomEvent.stop(e);
          made.lastClick = e.latlng;
          openPopup(made);
          if (name === "routes" || name === "stops") { chooseTeam(made.feature.properties.team, false); }
        });
      });
    });
    /* Areas would hide all else: they are shown when they are asked for. */
    ["ring_reach", "ring_blocks"].forEach(function (name) {
      if (groups[name]) { map.removeLayer(groups[name]); shown[name] = false; }
    });
    if (groups.grid_cells) { map.removeLayer(groups.grid_cells); shown.grid_cells = false; }

    function titles() {
      var looks = pm.lookups(style), points = [];
      if (namesOn && groups.sites && shown.sites) {
        data.layers.sites.features.forEach(function (feature) {
          var site = looks.sites[feature.properties.kind];
          if (!site) { return; }
          var level = Math.min(Math.max((feature.properties.level || 2) - 1, 0), 2);
          points.push({
            latlng: L.GeoJSON.coordsToLatLng(feature.geometry.coordinates), text: feature.properties.title,
            reachMm: site.size_mm[level] / 2, maxDenominator: site.label_max_denominator, rank: level
          });
        });
      }
      if (groups.stops && shown.stops !== false) {
        data.layers.stops.features.forEach(function (feature) {
          /* No text of their own, but names keep off them. */
          points.push({
            latlng: L.GeoJSON.coordsToLatLng(feature.geometry.coordinates), text: "", reachMm: style.stop_mm * 0.4,
            maxDenominator: 0, rank: 9
          });
        });
      }
      points.sort(function (a, b) { return a.rank - b.rank || b.reachMm - a.reachMm; });
      labels.points = points;
      labels.setStreets(namesOn && streets && map.hasLayer(streets) ? function (m, d) { return streets.named(m, d); } : null);
    }
    labels.addTo(map);
    titles();

    function front() {
      pm.ORDER.forEach(function (name) {
        if (groups[name] && map.hasLayer(groups[name])) {
          groups[name].eachLayer(function (made) { if (made.bringToFront) { made.bringToFront(); } });
        }
      });
    }
    function show(name, visible) {
      (name === "routes" ? ["routes", "stops"] : [name]).forEach(function (each) {
        shown[each] = visible;
        var layer = each === "ground" ? streets : groups[each];
        if (layer) { if (visible) { layer.addTo(map); } else { map.removeLayer(layer); } }
      });
      front();
      titles();
    }

    function chooseTeam(team, zoom) {
      chosenTeam = team;
      ["routes", "stops"].forEach(function (name) {
        if (!groups[name]) { return; }
        groups[name].eachLayer(function (made) {
          var faint = team !== null && made.feature.properties.team !== team;
          made.setStyle({ opacity: faint ? 0.15 : 1, fillOpacity: faint ? 0.15 : 1 });
          if (!faint && team !== null) { made.bringToFront(); }
        });
      });
      if (groups.stops) {
        groups.stops.eachLayer(function (made) { if (made.feature.properties.team === team) { made.bringToFront(); } });
      }
      document.querySelectorAll(".pm-team").forEach(function (row) {
        row.classList.toggle("pm-chosen", row.pmTeam === team);
        row.setAttribute("aria-expanded", row.pmTeam === team ? "true" : "false");
      });
      if (zoom && team !== null) { fitTeam(team); }
    }
    function fitTeam(team) {
      var bounds = L.latLngBounds([]);
      ["routes", "stops"].forEach(function (name) {
        if (groups[name]) {
          groups[name].eachLayer(function (made) {
            if (made.feature.properties.team === team) {
              bounds.extend(made.getBounds ? made.getBounds() : made.getLatLng());
            }
          });
        }
      });
      if (bounds.isValid()) { map.fitBounds(bounds, { padding: [40, 40], maxZoom: map.options.crs === L.CRS.Simple ? 2 : 17 }); }
    }

    /* ---- panel ---- */
    var node = pm.node, panel = node("aside", "pm-panel"), head = node("header");
    head.appendChild(node("h1", "", data.title));
    if (data.subtitle) { head.appendChild(node("p", "", data.subtitle)); }
    panel.appendChild(head);
    var toggle = node("button", "pm-toggle", "\u2630");
    toggle.type = "button";
    toggle.title = t.panel;
    toggle.setAttribute("aria-label", t.panel);
    toggle.addEventListener("click", function () { document.body.classList.toggle("pm-closed"); map.invalidateSize(); });
    document.body.appendChild(toggle);

    var search = node("input", "pm-search");
    search.type = "search";
    search.placeholder = t.search;
    search.setAttribute("aria-label", t.search);
    panel.appendChild(search);
    var results = node("ul", "pm-results");
    results.setAttribute("role", "listbox");
    panel.appendChild(results);
    var scroll = node("div", "pm-scroll");
    panel.appendChild(scroll);

    var found = index();
    search.addEventListener("input", function () {
      var wanted = search.value.trim().toLowerCase();
      results.textContent = "";
      if (!wanted) { return; }
      var hits = found.filter(function (entry) { return entry.text.toLowerCase().indexOf(wanted) >= 0; });
      hits.sort(function (a, b) { return a.text.toLowerCase().indexOf(wanted) - b.text.toLowerCase().indexOf(wanted) || a.text.length - b.text.length; });
      hits.slice(0, 12).forEach(function (entry) {
        var item = node("li"), button = node("button", "", entry.text);
        button.type = "button";
        button.appendChild(node("small", "", entry.kind));
        button.addEventListener("click", function () { entry.go(); });
        item.appendChild(button);
        results.appendChild(item);
      });
      if (!hits.length) { results.appendChild(node("li", "pm-none", t.nothing)); }
    });
    search.addEventListener("keydown", function (e) {
      var first = results.querySelector("button");
      if (e.key === "Enter" && first) { first.click(); }
      if (e.key === "Escape") { search.value = ""; results.textContent = ""; }
    });

    function index() {
      var entries = [], seen = {}, near = map.options.crs === L.CRS.Simple ? 1 : 17;
      [
        "sites", "hotspots", "rings", "ring_crossings", "ring_leaks", "ring_passes", "ring_cut", "ring_places",
        "ring_districts", "ring_blocks", "ring_drill"
      ].forEach(function (name) {
        if (!groups[name]) { return; }
        groups[name].eachLayer(function (made) {
          entries.push({ text: made.feature.properties.title, kind: t[name], go: function () {
            if (!shown[name]) { show(name, true); }
            if (made.getLatLng) { map.setView(made.getLatLng(), Math.max(map.getZoom(), near), { animate: false }); }
            else { map.fitBounds(made.getBounds(), { padding: [40, 40], animate: false }); }
            openPopup(made);
          } });
        });
      });
      if (data.layers.routes) {
        data.layers.routes.features.forEach(function (feature) {
          entries.push({ text: feature.properties.title, kind: t.teams, go: function () { chooseTeam(feature.properties.team, true); } });
        });
      }
      if (streets) {
        streets.index.lines.forEach(function (line) {
          if (!line.name) { return; }
          var box = seen[line.name];
          if (!box) {
            box = seen[line.name] = line.box.slice();
            entries.push({ text: line.name, kind: t.street, go: function () {
              var scale = streets.packedZoom;
              map.fitBounds(L.latLngBounds(map.unproject([box[0], box[3]], scale), map.unproject([box[2], box[1]], scale)), { padding: [60, 60], animate: false });
            } });
          }
          box[0] = Math.min(box[0], line.box[0]); box[1] = Math.min(box[1], line.box[1]);
          box[2] = Math.max(box[2], line.box[2]); box[3] = Math.max(box[3], line.box[3]);
        });
      }
      return entries;
    }

    function swatch(entry) {
      var svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", "0 0 34 16");
      svg.setAttribute("class", "pm-swatch");
      function add(tag, attributes) {
        var made = document.createElementNS(SVG, tag);
        Object.keys(attributes).forEach(function (key) { made.setAttribute(key, attributes[key]); });
        svg.appendChild(made);
      }
      var line = entry.line;
      if (entry.form === "symbol") {
        entry.site.fills.forEach(function (fill, i) {
          var x = 6 + i * 11, size = pm.mm(entry.site.size_mm[i]) * 0.9, look = { fill: fill, stroke: entry.site.colour, "stroke-width": 1.1 };
          if (entry.outline.length) {
            add("polygon", L.extend({ points: entry.outline.map(function (c) { return (x + c[0] * size) + "," + (8 + c[1] * size); }).join(" ") }, look));
          } else { add("circle", L.extend({ cx: x, cy: 8, r: size / 2 }, look)); }
        });
      } else if (entry.form === "street") {
        add("line", { x1: 1, x2: 33, y1: 8, y2: 8, stroke: line.colour, "stroke-width": 7 });
        add("line", { x1: 1, x2: 33, y1: 8, y2: 8, stroke: entry.fills[0], "stroke-width": 5 });
      } else if (entry.fills.length) {
        entry.fills.forEach(function (fill, i) {
          var width = 32 / entry.fills.length;
          add("rect", { x: 1 + i * width, y: 3, width: width, height: 10, fill: fill, "fill-opacity": entry.fill_opacity });
        });
        if (line) { add("rect", { x: 1, y: 3, width: 32, height: 10, fill: "none", stroke: line.colour, "stroke-width": pm.mm(line.width_mm) }); }
      } else if (line) {
        var width = pm.mm(line.width_mm);
        add("line", { x1: 1, x2: 33, y1: 8, y2: 8, stroke: line.colour, "stroke-width": width,
          "stroke-dasharray": entry.key === "railway" ? "none" : pm.dash(line.dash, width).join(" ") });
        if (entry.key === "railway") {
          add("line", { x1: 1, x2: 33, y1: 8, y2: 8, stroke: line.halo, "stroke-width": width * 0.6, "stroke-dasharray": "5 5" });
        }
      }
      return svg;
    }

    function section(title) {
      var made = node("section");
      made.appendChild(node("h2", "", title));
      scroll.appendChild(made);
      return made;
    }
    function check(parent, name, text, on, change) {
      var label = node("label", "pm-check"), box = node("input");
      box.type = "checkbox";
      box.checked = on;
      box.addEventListener("change", function () { change(box.checked); });
      label.appendChild(box);
      label.appendChild(node("span", "", text));
      parent.appendChild(label);
      var list = node("ul", "pm-legend");
      data.legend.forEach(function (entry) {
        if (entry.layer !== name && !(name === "ground" && (entry.layer === "streets" || entry.layer === "barriers"))) { return; }
        var item = node("li");
        item.appendChild(swatch(entry));
        item.appendChild(node("span", "", entry.title));
        list.appendChild(item);
      });
      if (name === "ground") {
        var more = node("details"), summary = node("summary", "", t.legend);
        more.appendChild(summary);
        more.appendChild(list);
        parent.appendChild(more);
      } else if (list.childNodes.length > 1 || name === "hotspots") { parent.appendChild(list); }
      else if (list.childNodes.length === 1) { label.appendChild(list.firstChild.firstChild); }
    }

    var layersBox = section(t.layers);
    [
      "sites", "routes", "rings", "ring_crossings", "ring_leaks", "ring_passes", "ring_cut", "ring_places",
      "ring_districts", "ring_drill", "ring_reach", "ring_blocks", "hotspots", "boundary", "grid_cells"
    ].forEach(function (name) {
      if (groups[name]) { check(layersBox, name, t[name], shown[name], function (on) { show(name, on); }); }
    });
    if (streets) { check(layersBox, "ground", t.ground, true, function (on) { show("ground", on); }); }
    check(layersBox, "names", t.names, true, function (on) { namesOn = on; titles(); });

    if (data.layers.routes) {
      var teamsBox = section(t.teams), whole = node("button", "pm-plain", t.all);
      whole.type = "button";
      whole.addEventListener("click", function () { chooseTeam(null, false); });
      teamsBox.appendChild(whole);
      var stopsOf = {};
      (data.layers.stops ? data.layers.stops.features : []).forEach(function (feature) {
        (stopsOf[feature.properties.team] = stopsOf[feature.properties.team] || []).push(feature);
      });
      data.layers.routes.features.slice().sort(function (a, b) {
        return (teams[a.properties.team] || 0) - (teams[b.properties.team] || 0);
      }).forEach(function (feature) { teamRow(teamsBox, feature, stopsOf[feature.properties.team] || []); });
    }
    function teamRow(parent, feature, stops) {
      var p = feature.properties, row = node("div", "pm-team"), button = node("button");
      row.pmTeam = p.team;
      button.type = "button";
      var dot = node("i");
      dot.style.background = style.routes[(teams[p.team] || 0) % style.routes.length];
      button.appendChild(dot);
      button.appendChild(node("span", "", p.title));
      button.appendChild(node("small", "", stops.length + " " + t.stops));
      button.addEventListener("click", function () {
        if (chosenTeam === p.team) { chooseTeam(null, false); } else { chooseTeam(p.team, true); }
      });
      row.appendChild(button);
      var list = node("ol");
      stops.sort(function (a, b) { return a.properties.number - b.properties.number; }).forEach(function (stop) {
        var item = node("li"), go = node("button", "", stop.properties.title);
        var times = stop.properties.rows.filter(function (r) { return /\d\d:\d\d/.test(r[1]); }).map(function (r) { return r[1].slice(-5); });
        item.value = stop.properties.number;
        go.type = "button";
        go.appendChild(node("small", "", times.join("\u2013")));
        go.addEventListener("click", function () {
          var made = groups.stops.byId[stop.id];
          map.setView(made.getLatLng(), Math.max(map.getZoom(), 16), { animate: false });
          openPopup(made);
        });
        item.appendChild(go);
        list.appendChild(item);
      });
      row.appendChild(list);
      parent.appendChild(row);
    }

    var foot = node("footer");
    [[t.whole, function () {
      map.fitBounds([[data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]], { padding: [12, 12] });
    }], [t.print, function () { layOutForPaper(function () { window.print(); }); }]].forEach(function (pair) {
      var button = node("button", "pm-plain", pair[0]);
      button.type = "button";
      button.addEventListener("click", pair[1]);
      foot.appendChild(button);
    });
    data.foot.forEach(function (text) { foot.appendChild(node("p", "", text)); });
    panel.appendChild(foot);
    document.body.insertBefore(panel, document.body.firstChild);
    map.invalidateSize({ animate: false });
    map.fitBounds([[data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]], { padding: [12, 12], animate: false });
    /* The map is drawn at its size on paper before the printer asks for it: canvases cannot be drawn while it prints. */
    function layOutForPaper(done) {
      var seen = map.getBounds(), centre = map.getCenter(), zoom = map.getZoom();
      document.body.classList.add("pm-printing");
      map.invalidateSize({ animate: false });
      map.fitBounds(seen, { animate: false });
      window.addEventListener("afterprint", function () {
        document.body.classList.remove("pm-printing");
        map.invalidateSize({ animate: false });
        map.setView(centre, zoom, { animate: false });
      }, { once: true });
      setTimeout(done, 400);
    }
    pm.map = map;
    pm.view = { groups: groups, streets: streets, labels: labels, choose: chooseTeam, layOutForPaper: layOutForPaper };
    document.body.dataset.ready = "1";
  };
})();
