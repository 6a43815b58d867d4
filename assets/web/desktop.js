/* The page inside the window. Commands come and events go as JSON texts over one QWebChannel object, `bridge`:
   signal `command(text)` to the page, slot `hear(text)` from it. See docs of `patrolmap.maps.page`. */
(function () {
  "use strict";
  var pm = window.patrolmap;

  var RESPONSE = 10;  // as qwebchannel.js numbers its messages

  /* An answer to what the page before this one asked may still come in; qwebchannel.js would stumble over it. */
  function dropStrangeAnswers(channel, transport) {
    var take = transport.onmessage;
    transport.onmessage = function (message) {
      var said = typeof message.data === "string" ? JSON.parse(message.data) : message.data;
      if (said.type !== RESPONSE || channel.execCallbacks[said.id]) { take(message); }
    };
  }

  /* The page is up before a project is opened. What is said before the map is there waits for it. */
  pm.awaitStart = function (map) {
    var begun = false;
    map.getContainer().style.background = "transparent";  // the window has the paper behind it
    var line = new QWebChannel(qt.webChannelTransport, function (channel) {
      var bridge = channel.objects.bridge;
      bridge.command.connect(function (text) {
        var command = JSON.parse(text);
        if (begun) { pm.dispatch(command); return; }
        if (command.do !== "start") { return; }
        begun = true;
        map.invalidateSize({ animate: false });
        map.fitBounds(
          [[command.bounds[1], command.bounds[0]], [command.bounds[3], command.bounds[2]]], { padding: [8, 8], animate: false }
        );
        pm.startDesktop(map, command, bridge);
      });
      bridge.hear(JSON.stringify({ event: "up", page: location.search.slice(1) }));
    });
    dropStrangeAnswers(line, qt.webChannelTransport);
  };

  pm.startDesktop = function (map, setup, bridge) {
    var style = setup.styles[setup.theme], theme = setup.theme, renderer = L.canvas({ padding: 0.3, tolerance: 4 });
    var collections = {}, groups = {}, shown = {}, opacity = {}, chosen = {}, teams = {}, tiles = {}, versions = setup.versions;
    var labels = new pm.Labels(style).addTo(map), hoverTimer = null, flags = { names: true };
    var titling = false, names = null, canvases = {}, level = {}, order = [
      "stops", "sites", "routes", "incidents", "rings", "hotspots", "boundary", "grid_cells", "streets", "ground"
    ];
    var PAINTED = { ground: 1, streets: 1, grid_cells: 1, incidents: 1 };

    function send(event) { bridge.hear(JSON.stringify(event)); }

    function paper() { map.getContainer().style.background = style.background; }

    function tileUrl(name) {
      return "patrolmap://app/tiles/" + name + "/" + theme + "/{z}/{x}/{y}/" + (L.Browser.retina ? 2 : 1) + ".png?v=" + (versions[name] || "0");
    }
    function layTiles(name) {
      if (tiles[name]) { tiles[name].renew(tileUrl(name), null); return; }
      var pane = map.getPane("tiles-" + name) || map.createPane("tiles-" + name);
      tiles[name] = new pm.PaintedTiles(tileUrl(name), {
        pane: pane, minZoom: map.getMinZoom(), maxZoom: map.getMaxZoom(), keepBuffer: 3, updateWhenZooming: false,
        noWrap: true, opacity: opacity[name] === undefined ? 1 : opacity[name]
      });
      if (shown[name] !== false) { tiles[name].addTo(map); }
      arrange();
    }

    /* Vectors share one canvas, but for those that lie above painted tiles which lie above other vectors. */
    function canvasOf(name) {
      var place = level[name] || 0;
      if (!place) { return renderer; }
      if (!canvases[place]) {
        var pane = map.createPane("vectors-" + place);
        pane.style.zIndex = 400 + 10 * place;
        canvases[place] = L.canvas({ padding: 0.3, tolerance: 4, pane: "vectors-" + place });
      }
      return canvases[place];
    }
    /* `changed`: names of layers that were drawn anew and lie on top for now; without it all are stacked. */
    function arrange(changed) {
      var canvas = 0, drawn = false, under = 0, before = level;
      level = {};
      order.slice().reverse().forEach(function (name) {
        if (tiles[name] && shown[name] !== false) {
          under += 1;
          if (drawn) { canvas += 1; drawn = false; }
          map.getPane("tiles-" + name).style.zIndex = canvas ? 396 + 10 * canvas : 201 + under;
        } else if (groups[name] && shown[name] !== false) { level[name] = canvas; drawn = true; }
      });
      map.getPane("labels").style.zIndex = 460 + 10 * canvas;
      Object.keys(groups).forEach(function (name) {
        if (!(name in level)) { level[name] = PAINTED[name] || order.indexOf(name) >= 0 ? before[name] || 0 : canvas; }
        if ((before[name] || 0) !== level[name]) { build(name); if (changed) { changed.push(name); } }
      });
      restack(changed);
    }

    function rebuild(names) { names.forEach(build); arrange(names.slice()); }
    function build(name) {
      if (groups[name]) { map.removeLayer(groups[name]); }
      var collection = collections[name];
      if (!collection) { delete groups[name]; return; }
      groups[name] = pm.makeLayer(name, collection, style, teams, canvasOf(name));
      if (opacity[name] !== undefined && opacity[name] < 1) { pm.setOpacity(groups[name], opacity[name]); }
      groups[name].eachLayer(function (made) {
        ["click", "dblclick", "contextmenu"].forEach(function (kind) {
          made.on(kind, function (e) { L.DomEvent.stop(e); pointer(kind, e, name, made.feature.id); });
        });
        made.on("mouseover", function (e) { hover(e, name, made.feature.id); });
        made.on("mouseout", function (e) { hover(e, null, null); });
      });
      if (shown[name] !== false) { groups[name].addTo(map); }
      mark(name);
    }
    function restack(changed) {
      /* What panels draw lies where it always does: its neighbours of the usual order, then the user's order. */
      var wanted = order.slice().reverse(), above = pm.ORDER.filter(function (name) { return wanted.indexOf(name) < 0; });
      var stack = wanted.concat(above), first = 0;
      /* Whoever lies under all that changed stays where it is: a map of thousands of sites is not sorted for one click. */
      if (changed) { first = Math.min.apply(null, changed.map(function (name) { return stack.indexOf(name); }).concat(stack.length)); }
      stack.slice(Math.max(first, 0)).forEach(function (name) {
        if (groups[name] && map.hasLayer(groups[name])) {
          groups[name].eachLayer(function (made) { if (made.bringToFront) { made.bringToFront(); } });
        }
      });
    }
    /* Several layers may come in one frame: their names are written once. */
    function retitle() {
      if (titling) { return; }
      titling = true;
      requestAnimationFrame(function () { titling = false; writeTitles(); });
    }
    function placeOf(feature) { return feature.geometry.coordinates.map(function (c) { return c.toFixed(5); }).join(); }
    /* Where a stop's dot lies over a site: the site's name keeps off the larger of the two. */
    function stopPlaces() {
      var found = {};
      if (groups.stops && shown.stops !== false) {
        collections.stops.features.forEach(function (feature) { if (feature.geometry) { found[placeOf(feature)] = true; } });
      }
      return found;
    }
    function writeTitles() {
      var looks = pm.lookups(style), points = [];
      if (flags.names && groups.sites && shown.sites !== false) {
        var stopped = stopPlaces();
        collections.sites.features.forEach(function (feature) {
          var site = looks.sites[feature.properties.kind];
          if (!site || !feature.geometry) { return; }
          var level = Math.min(Math.max((feature.properties.level || 2) - 1, 0), 2);
          points.push({
            latlng: L.GeoJSON.coordsToLatLng(feature.geometry.coordinates),
            text: feature.properties.label === undefined ? feature.properties.title : feature.properties.label,
            reachMm: Math.max(site.size_mm[level] / 2, stopped[placeOf(feature)] ? style.stop_mm * 0.43 : 0), maxDenominator: site.label_max_denominator, rank: level
          });
        });
      }
      if (groups.stops && shown.stops !== false) {
        collections.stops.features.forEach(function (feature) {
          /* No text of their own, but names keep off them. */
          points.push({
            latlng: L.GeoJSON.coordsToLatLng(feature.geometry.coordinates), text: "", reachMm: style.stop_mm * 0.4,
            maxDenominator: 0, rank: 9
          });
        });
      }
      ["hotspots", "rings"].forEach(function (name) {
        if (!flags.names || !groups[name] || shown[name] === false) { return; }
        collections[name].features.forEach(function (feature) {
          if (!feature.properties.label || !feature.properties.label_at) { return; }
          points.push({
            latlng: L.GeoJSON.coordsToLatLng(feature.properties.label_at), text: feature.properties.label, reachMm: 0.6, sizePt: feature.properties.label_pt,
            maxDenominator: 1e9, rank: 4
          });
        });
      });
      points.sort(function (a, b) { return a.rank - b.rank || b.reachMm - a.reachMm; });
      labels.points = points;
      labels.setStreets(names && flags.names && shown.streets !== false ? function (m, d) { return names.named(m, d); } : null);
    }
    /* Names are written above routes and rings, clear of symbols; tiles could not know these. */
    function loadNames() {
      fetch("patrolmap://app/names.json?v=" + versions.streets).then(function (answer) { return answer.json(); }).then(
        function (packed) { names = new pm.StreetNames(packed, style); retitle(); },
        function (problem) { send({ event: "problem", text: "names of streets: " + problem }); });
    }
    /* Names cost as much as many tiles: the streets are seen first. */
    function namesAfterTiles() {
      if (tiles.streets.isLoading()) { tiles.streets.off("load", afterTiles).once("load", afterTiles); } else { afterTiles(); }
    }
    function afterTiles() {
      send({ event: "painted" });
      loadNames();
    }
    function mark(name) {
      var ids = new Set(chosen[name] || []);
      if (!groups[name]) { return; }
      groups[name].eachLayer(function (made) {
        var on = ids.has(made.feature.id) ? style.selection.colour : false;
        if ((made.options.chosen || false) === on) { return; }
        made.options.chosen = on;
        if (made.options.halo !== undefined && name !== "stops") {
          made.options.ownHalo = made.options.ownHalo === undefined ? made.options.halo : made.options.ownHalo;
          made.options.halo = on || made.options.ownHalo;
        }
        made.redraw();
      });
    }

    function pointer(kind, e, layer, id) {
      if (kind === "click" && band.swallow && e.type) { band.swallow = false; return; }
      var original = e.originalEvent || {};
      send({
        event: kind, lon: e.latlng.lng, lat: e.latlng.lat, layer: layer, id: id,
        x: e.containerPoint ? e.containerPoint.x : null, y: e.containerPoint ? e.containerPoint.y : null,
        shift: !!original.shiftKey, ctrl: !!(original.ctrlKey || original.metaKey)
      });
    }
    function hover(e, layer, id) {
      if (hoverTimer) { clearTimeout(hoverTimer); }
      var at = { event: "hover", lon: e.latlng.lng, lat: e.latlng.lat, layer: layer, id: id };
      hoverTimer = setTimeout(function () { hoverTimer = null; send(at); }, 30);
    }
    function viewport() {
      var bounds = map.getBounds(), centre = map.getCenter();
      send({
        event: "view", bounds: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()],
        lon: centre.lng, lat: centre.lat, zoom: map.getZoom(), metres_per_pixel: pm.metresPerPixel(map),
        denominator: pm.denominator(map)
      });
    }

    /* What is being drawn: handles that can be dragged, as many as can be told apart. All else is done in Python. */
    var handles = [], wanted = [], inHand = false, MOST_HANDLES = 400;
    function hold(active, places, drags) {
      inHand = active;
      wanted = places;
      if (!band.from) { band.allowed = !!drags; }
      if (band.allowed || band.from) { map.dragging.disable(); } else { map.dragging.enable(); }
      map.getContainer().style.cursor = active ? "crosshair" : "";
      if (active) { map.doubleClickZoom.disable(); } else { map.doubleClickZoom.enable(); }
      layHandles();
    }
    function layHandles() {
      handles.forEach(function (made) { map.removeLayer(made); });
      handles = [];
      var seen = map.getBounds().pad(0.1), near = [];
      wanted.forEach(function (place, i) { if (seen.contains([place[1], place[0]])) { near.push(i); } });
      if (near.length > MOST_HANDLES) { return; }
      near.forEach(function (i) {
        var made = L.marker([wanted[i][1], wanted[i][0]], {
          draggable: true, keyboard: false, icon: L.divIcon({ className: "pm-handle", iconSize: [13, 13] })
        });
        made.on("dragend", function () {
          var at = made.getLatLng();
          send({ event: "tool", do: "move", place: i, lon: at.lng, lat: at.lat });
        });
        made.on("contextmenu", function (e) { L.DomEvent.stop(e); send({ event: "tool", do: "remove", place: i }); });
        made.on("click", function (e) { L.DomEvent.stop(e); });
        handles.push(made.addTo(map));
      });
    }
    map.on("moveend", function () { if (inHand) { layHandles(); } });

    /* A box is dragged: its corners are two clicks. */
    var band = { allowed: false, from: null, drawn: false, swallow: false }, STILL_PX = 3;
    map.on("mousedown", function (e) {
      showCross(false);
      band.swallow = false;
      if (band.allowed && e.originalEvent.button === 0) { band.from = e; band.drawn = false; }
    });
    map.on("mousemove", function (e) {
      showCross(false);
      if (!band.from || band.drawn || e.containerPoint.distanceTo(band.from.containerPoint) <= STILL_PX) { return; }
      band.drawn = true;
      pointer("click", band.from, null, null);
    });
    document.addEventListener("mouseup", function (e) {
      if (!band.from) { return; }
      var drawn = band.drawn;
      band.from = null;
      if (!drawn) { return; }
      band.swallow = true;  // the click that the browser makes of this press
      pointer("click", { latlng: map.mouseEventToLatLng(e), containerPoint: map.mouseEventToContainerPoint(e), originalEvent: e }, null, null);
      map.dragging.enable();
    });

    /* Keys do what the mouse does: the arrows move the map, the space bar clicks in its middle, where a cross is then. */
    var cross = pm.node("div", "pm-cross"), ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    cross.style.display = "none";
    map.getContainer().appendChild(cross);
    map.keyboard.disable();
    function showCross(seen) { cross.style.display = seen ? "" : "none"; }
    function inMiddle(what) { var at = map.getCenter(); what.lon = at.lng; what.lat = at.lat; send(what); }
    document.addEventListener("keydown", function (e) {
      if (e.ctrlKey && e.key !== " " || e.altKey || e.metaKey) { return; }
      if (e.key === "Escape" || (inHand && (e.key === "Enter" || e.key === "Backspace"))) {
        send({ event: "tool", do: "key", key: e.key });
      } else if (ARROWS[e.key]) {
        var step = e.shiftKey ? 8 : 80;
        map.panBy([ARROWS[e.key][0] * step, ARROWS[e.key][1] * step], { animate: false });
        showCross(true);
        inMiddle({ event: "hover", layer: null, id: null });
      } else if (e.key === " ") {
        showCross(true);
        inMiddle({ event: "tool", do: "press", adds: e.shiftKey || e.ctrlKey });
      } else if (e.key === "Delete") {
        inMiddle({ event: "tool", do: "delete" });
      } else if (e.key === "+" || e.key === "=" || e.key === "-") {
        map.setZoom(map.getZoom() + (e.key === "-" ? -1 : 1));
      } else { return; }
      e.preventDefault();
    });

    /* A layer of megabytes would hold the window up on its way through the channel: it is fetched. */
    var asked = {};
    function fetchLayer(c) {
      asked[c.name] = c.version;
      fetch("patrolmap://app/layers/" + c.name + ".json?v=" + c.version).then(function (answer) { return answer.json(); }).then(
        function (command) { if (asked[c.name] === c.version) { commands[command.do](command); } },
        function (problem) { if (asked[c.name] === c.version) { send({ event: "problem", text: c.name + ": " + problem }); } });
    }

    var commands = {
      fetch: fetchLayer,
      setLayer: function (c) {
        delete asked[c.name];
        collections[c.name] = c.geojson;
        if (c.name === "routes" || c.name === "stops") {
          teams = pm.teamPlaces(collections.routes, collections.stops);
          rebuild(["routes", "stops"].filter(function (n) { return collections[n]; }));
          retitle();
        } else { rebuild([c.name]); }
        if (c.name === "sites" || c.name === "hotspots" || c.name === "rings") { retitle(); }
      },
      removeLayer: function (c) { delete collections[c.name]; rebuild([c.name]); retitle(); },
      showLayer: function (c) {
        shown[c.name] = c.visible;
        var layer = groups[c.name] || tiles[c.name];
        if (c.visible && !layer && c.name in { grid_cells: 1, incidents: 1 } && !collections[c.name]) { layTiles(c.name); }
        if (layer && map.hasLayer(layer) === c.visible) { return; }
        if (layer) { if (c.visible) { layer.addTo(map); } else { map.removeLayer(layer); } }
        arrange();
        if (c.name in { sites: 1, streets: 1, stops: 1, hotspots: 1, rings: 1 }) { retitle(); }
      },
      setOpacity: function (c) {
        opacity[c.name] = c.opacity;
        if (tiles[c.name]) { tiles[c.name].setOpacity(c.opacity); }
        if (groups[c.name]) { pm.setOpacity(groups[c.name], c.opacity); }
      },
      basemap: function (c) {
        shown.basemap = c.visible;
        opacity.basemap = c.opacity;
        if (tiles.basemap) { map.removeLayer(tiles.basemap); delete tiles.basemap; }
        if (c.visible) {
          versions.basemap = c.version;
          layTiles("basemap");
          map.getPane("tiles-basemap").style.zIndex = 200;
        }
        credit.textContent = c.credit;
        credit.style.display = c.credit ? "" : "none";
      },
      order: function (c) { order = c.order; arrange(); },
      styles: function (c) { setup.styles = c.styles; commands.theme({ theme: theme }); },
      tiles: function (c) {
        c.sets.forEach(function (name) {
          versions[name] = c.version;
          if (tiles[name]) { tiles[name].renew(tileUrl(name), c.boxes); }
        });
        if (c.sets.indexOf("streets") >= 0) { namesAfterTiles(); }
      },
      fit: function (c) {
        map.invalidateSize({ animate: false });  // the window may have found its size since the last frame
        var target = map._getBoundsCenterZoom([[c.bounds[1], c.bounds[0]], [c.bounds[3], c.bounds[2]]], { padding: [8, 8] });
        /* Leaflet would ask for all tiles anew even where it stands already. */
        var moves = map.project(target.center).distanceTo(map.project(map.getCenter())) >= 1;
        if (moves || target.zoom !== map.getZoom()) { map.setView(target.center, target.zoom, { animate: !!c.animate }); }
      },
      setView: function (c) { map.setView([c.lat, c.lon], c.zoom === undefined ? map.getZoom() : c.zoom, { animate: !!c.animate }); },
      zoomBy: function (c) { map.setZoom(map.getZoom() + c.steps); },
      panBy: function (c) { map.panBy([c.x, c.y], { animate: false }); },
      highlight: function (c) {
        var before = chosen;
        chosen = {};
        chosen[c.layer] = c.ids;
        Object.keys(before).concat([c.layer]).forEach(mark);
      },
      units: function (c) { units = { m: c.m, km: c.km }; scale._update(); },
      names: function (c) { flags.names = c.visible; retitle(); },
      tool: function (c) { hold(c.active, c.handles, c.drags); },
      focus: function () { map.getContainer().focus({ preventScroll: true }); },
      cursor: function (c) { map.getContainer().style.cursor = c.cursor || ""; },
      theme: function (c) {
        theme = c.theme; style = setup.styles[theme];
        document.documentElement.dataset.theme = theme;
        paper();
        Object.keys(tiles).forEach(layTiles);
        Object.keys(collections).forEach(build);
        arrange();
        if (names) { names.style = style; }
        labels.style = style;
        retitle();
      }
    };
    pm.dispatch = function (text) {
      var command = typeof text === "string" ? JSON.parse(text) : text;
      if (!Object.prototype.hasOwnProperty.call(commands, command.do)) {
        send({ event: "problem", text: "unknown command " + command.do });
        return false;
      }
      commands[command.do](command);
      return true;
    };
    /* For tests and screenshots: whether all tiles that are wanted have come. */
    pm.settled = function () { return Object.keys(tiles).every(function (name) { return !tiles[name].isLoading(); }); };
    pm.map = map;

    paper();
    var scale = L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 140 }), units = { m: "m", km: "km" };
    scale._updateMetric = function (most) {
      var round = this._getRoundNum(most), text = round < 1000 ? round + " " + units.m : round / 1000 + " " + units.km;
      this._updateScale(this._mScale, text, round / most);
    };
    scale.addTo(map);
    var credit = pm.node("div", "pm-credit");
    credit.style.display = "none";
    map.getContainer().appendChild(credit);
    document.documentElement.dataset.theme = theme;
    setup.tileSets.forEach(layTiles);
    namesAfterTiles();
    map.on("click dblclick contextmenu", function (e) { pointer(e.type, e, null, null); });
    map.on("mousemove", function (e) { if (!hoverTimer) { hover(e, null, null); } });
    map.on("moveend zoomend resize", viewport);
    window.addEventListener("error", function (e) { send({ event: "problem", text: e.message }); });

    send({ event: "ready" });
    viewport();
  };
})();
