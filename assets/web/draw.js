/* Drawing on Leaflet's canvas from the style table: lines with halos, routes, numbered stops, symbols. */
(function () {
  "use strict";
  var DOTS_PER_MM = 96 / 25.4, DOTS_PER_PT = 96 / 72;
  var pm = (window.patrolmap = window.patrolmap || {});
  pm.mm = function (length) { return length * DOTS_PER_MM; };
  pm.pt = function (size) { return size * DOTS_PER_PT; };

  /* True metres in one CSS pixel in the middle of the map. */
  pm.metresPerPixel = function (map) {
    var middle = map.getSize().divideBy(2);
    if (map.options.crs === L.CRS.Simple) { return 1 / map.getZoomScale(map.getZoom(), 0); }
    var here = map.containerPointToLatLng(middle), there = map.containerPointToLatLng(middle.add([100, 0]));
    return Math.max(map.distance(here, there) / 100, 1e-6);
  };
  pm.denominator = function (map) { return pm.metresPerPixel(map) * DOTS_PER_MM * 1000; };

  /* As `symbols.symbol_scale`: symbols shrink on maps of large areas. */
  pm.symbolScale = function (denominator) {
    var steps = Math.log(Math.max(denominator, 1) / 20000) / Math.log(5);
    return 1 - 0.55 * Math.min(Math.max(steps, 0), 1);
  };

  /* As `routes.thinning`: on maps of large areas arrows stand farther apart, so that the map stays calm. */
  pm.thinning = function (denominator) { return Math.min(Math.max(denominator / 20000, 1), 6); };

  /* As `WidthTable.width_mm`. */
  pm.widthMm = function (steps, denominator) {
    var last = steps[steps.length - 1];
    if (denominator > last[0]) { return 0; }
    if (denominator <= steps[0][0]) { return steps[0][1]; }
    for (var i = 1; i < steps.length; i++) {
      if (denominator <= steps[i][0]) {
        var near = steps[i - 1], far = steps[i];
        var share = Math.log(denominator / near[0]) / Math.log(far[0] / near[0]);
        return near[1] * Math.pow(far[1] / near[1], share);
      }
    }
    return last[1];
  };

  pm.dash = function (dash, width) { return dash.map(function (part) { return part * width; }); };

  /* As `offset.sideways`: to the right of the direction, keeping lines that run over themselves. */
  pm.sideways = function (points, distance) {
    var xy = points.filter(function (p, i) { return !i || p.x !== points[i - 1].x || p.y !== points[i - 1].y; });
    if (xy.length < 2) { return xy; }
    var normals = [], out = [], i;
    for (i = 1; i < xy.length; i++) {
      var dx = xy[i].x - xy[i - 1].x, dy = xy[i].y - xy[i - 1].y, length = Math.hypot(dx, dy);
      normals.push({ x: -dy / length, y: dx / length });
    }
    function push(p, n) { out.push({ x: p.x + n.x * distance, y: p.y + n.y * distance }); }
    push(xy[0], normals[0]);
    for (i = 1; i < xy.length - 1; i++) {
      var a = normals[i - 1], b = normals[i], cosine = a.x * b.x + a.y * b.y;
      if (cosine > 0.5) {
        push(xy[i], { x: (a.x + b.x) / (1 + cosine), y: (a.y + b.y) / (1 + cosine) });
      } else { push(xy[i], a); push(xy[i], b); }
    }
    push(xy[xy.length - 1], normals[normals.length - 1]);
    return out;
  };

  function trace(ctx, points, closed) {
    points.forEach(function (p, i) { if (i) { ctx.lineTo(p.x, p.y); } else { ctx.moveTo(p.x, p.y); } });
    if (closed) { ctx.closePath(); }
  }

  function strokeWith(ctx, colour, width, opacity, dash) {
    ctx.save();
    ctx.globalAlpha = opacity;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineJoin = "round";
    ctx.lineCap = dash && dash.length ? "butt" : "round";
    ctx.setLineDash(dash || []);
    ctx.stroke();
    ctx.restore();
  }

  function arrows(ctx, points, o, denominator) {
    var spacing = pm.mm(22) * pm.thinning(denominator), total = 0, i;
    for (i = 1; i < points.length; i++) {
      total += Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y);
    }
    if (total < spacing / 2) { return; }
    var count = Math.max(Math.round(total / spacing), 1), next = total / count / 2, gone = 0;
    var size = pm.mm(1.9) * pm.symbolScale(denominator);
    for (i = 1; i < points.length; i++) {
      var a = points[i - 1], b = points[i], step = Math.hypot(b.x - a.x, b.y - a.y);
      while (step > 0 && next <= gone + step) {
        var share = (next - gone) / step;
        ctx.save();
        ctx.translate(a.x + (b.x - a.x) * share, a.y + (b.y - a.y) * share);
        ctx.rotate(Math.atan2(b.y - a.y, b.x - a.x));
        ctx.beginPath();
        ctx.moveTo(0.62 * size, 0); ctx.lineTo(-0.38 * size, 0.46 * size);
        ctx.lineTo(-0.16 * size, 0); ctx.lineTo(-0.38 * size, -0.46 * size);
        ctx.closePath();
        strokeWith(ctx, o.halo, pm.mm(0.35), 1);
        ctx.fillStyle = o.color;
        ctx.fill();
        ctx.restore();
        next += total / count;
      }
      gone += step;
    }
  }

  /* As `areas.paint_hotspots`: the rim of an area is lighter than its middle, and close by the streets inside stay readable.
     It is filled on a canvas apart, its rim rubbed out step by step, then laid on. */
  var CLOSE = 14000, RIM_MM = 7, STEPS = [1, 0.8, 0.62, 0.44, 0.28, 0.14], apart = null;
  function softArea(renderer, layer) {
    var ctx = renderer._ctx, o = layer.options, box = layer._pxBounds, size = box.getSize(), whole = ctx.canvas;
    var rim = Math.min(pm.mm(RIM_MM), Math.min(size.x, size.y) / 3), at = ctx.getTransform();
    apart = apart || document.createElement("canvas");
    if (apart.width !== whole.width || apart.height !== whole.height) { apart.width = whole.width; apart.height = whole.height; }
    var left = Math.max(Math.floor(box.min.x * at.a + at.e) - 2, 0), top = Math.max(Math.floor(box.min.y * at.d + at.f) - 2, 0);
    var wide = Math.min(Math.ceil(box.max.x * at.a + at.e) + 2, whole.width) - left;
    var high = Math.min(Math.ceil(box.max.y * at.d + at.f) + 2, whole.height) - top;
    if (wide <= 0 || high <= 0) { return; }
    var side = apart.getContext("2d");
    side.setTransform(1, 0, 0, 1, 0, 0);
    side.clearRect(left, top, wide, high);
    side.setTransform(at);
    side.beginPath();
    layer._parts.forEach(function (part) { trace(side, part, true); });
    side.globalCompositeOperation = "source-over";
    side.globalAlpha = 1;
    side.fillStyle = o.fillColor;
    side.fill("evenodd");
    side.globalCompositeOperation = "destination-out";
    side.globalAlpha = 0.16;
    side.lineJoin = "round";
    STEPS.forEach(function (share) { side.lineWidth = 2 * rim * share; side.stroke(); });
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.globalAlpha = o.fillOpacity * (pm.denominator(renderer._map) < CLOSE ? 0.6 : 1);
    ctx.drawImage(apart, left, top, wide, high, left, top, wide, high);
    ctx.restore();
  }

  /* Symbols and dots are drawn once and then copied: thousands of them are redrawn after each move. */
  var sprites = {}, kept = 0, MOST = 600;
  function sprite(key, reach, paint) {
    if (!sprites[key]) {
      if (kept >= MOST) { sprites = {}; kept = 0; }
      var ratio = L.Browser.retina ? 2 : 1, half = Math.ceil(reach) + 1, made = document.createElement("canvas");
      made.width = made.height = 2 * half * ratio;
      var ctx = made.getContext("2d");
      ctx.scale(ratio, ratio);
      ctx.translate(half, half);
      paint(ctx);
      sprites[key] = { picture: made, half: half };
      kept += 1;
    }
    return sprites[key];
  }
  function copy(ctx, made, p) { ctx.drawImage(made.picture, p.x - made.half, p.y - made.half, 2 * made.half, 2 * made.half); }
  function stepped(length, steps) { return Math.round(length * steps) / steps; }

  function paintSymbol(ctx, o, size, scale) {
    ctx.beginPath();
    if (o.outline.length) {
      trace(ctx, o.outline.map(function (c) { return { x: c[0] * size, y: c[1] * size }; }), true);
    } else { ctx.arc(0, 0, size / 2, 0, 2 * Math.PI); }
    strokeWith(ctx, o.chosen || o.rim, pm.mm(o.chosen ? 1.5 : 1.2 * scale), 0.9 * o.opacity);
    ctx.save();
    ctx.globalAlpha = o.opacity;
    ctx.fillStyle = o.fillColor;
    ctx.fill();
    ctx.restore();
    strokeWith(ctx, o.color, pm.mm(0.3 * Math.max(scale, 0.6)), o.opacity);
  }
  /* A dot, or a capsule where its text is wider. */
  function paintDot(ctx, o, radius, halo, half) {
    ctx.beginPath();
    ctx.arc(half - radius, 0, radius, -Math.PI / 2, Math.PI / 2);
    ctx.arc(radius - half, 0, radius, Math.PI / 2, 1.5 * Math.PI);
    ctx.closePath();
    strokeWith(ctx, o.chosen || o.halo, halo, o.opacity);
    ctx.save();
    ctx.globalAlpha = o.opacity;
    ctx.fillStyle = o.fillColor;
    ctx.fill();
    ctx.restore();
  }

  /* As Leaflet 1.9.4, but at rest the canvas lies on whole pixels, where it was drawn: else all lines would blur. */
  var usualTransform = L.Renderer.prototype._updateTransform;
  L.Renderer.include({
    _updateTransform: function (centre, zoom) {
      if (this._bounds && zoom === this._zoom && centre === this._center) {
        L.DomUtil.setPosition(this._container, this._bounds.min);
      } else { usualTransform.call(this, centre, zoom); }
    }
  });

  L.Canvas.include({
    /* Lines and areas with a halo below, and areas that fade towards their edge when `soft` is set. */
    _updateHaloPoly: function (layer, closed) {
      if (!this._drawing || !layer._parts.length) { return; }
      var ctx = this._ctx, o = layer.options;
      ctx.beginPath();
      layer._parts.forEach(function (part) { trace(ctx, part, closed); });
      if (closed && o.soft) {
        softArea(this, layer);
      } else if (closed && o.fillColor) {
        ctx.save();
        ctx.globalAlpha = o.fillOpacity;
        ctx.fillStyle = o.fillColor;
        ctx.fill("evenodd");
        ctx.restore();
      }
      if (o.weight) {
        if (o.halo) { strokeWith(ctx, o.halo, o.weight + pm.mm(0.7), 0.75 * o.opacity); }
        strokeWith(ctx, o.color, o.weight, o.opacity, pm.dash(o.dash || [], o.weight));
      }
    },
    _updateRoute: function (layer) {
      if (!this._drawing) { return; }
      var ctx = this._ctx, o = layer.options, denominator = this._denominator();
      /* Sixty routes of a whole district are a texture, not sixty roads: thin, close to their street, hardly any halo. */
      var calm = denominator < 40000 ? 1 : denominator < 90000 ? 0.7 : 0.5, weight = o.weight * calm;
      layer._parts.forEach(function (part) {
        var moved = pm.sideways(part, pm.mm(0.62) * calm);
        if (moved.length < 2) { return; }
        ctx.beginPath();
        trace(ctx, moved, false);
        if (calm > 0.5) { strokeWith(ctx, o.halo, weight + pm.mm(0.6) * calm, 0.85 * o.opacity); }
        strokeWith(ctx, o.color, weight, o.opacity);
        if (o.opacity > 0.5) { arrows(ctx, moved, o, denominator); }
      });
    },
    _updateSymbol: function (layer) {
      if (!this._drawing || layer._empty()) { return; }
      var o = layer.options, scale = stepped(pm.symbolScale(this._denominator()), 64), size = stepped(o.sizeDots * scale * (o.chosen ? 1.35 : 1), 8);
      if (o.shape === undefined) { o.shape = o.outline.join(); }
      var key = ["symbol", o.shape, size, scale, o.chosen, o.rim, o.fillColor, o.color, o.opacity].join("|");
      copy(this._ctx, sprite(key, size + pm.mm(0.75), function (ctx) { paintSymbol(ctx, o, size, scale); }), layer._point);
    },
    /* The same for all symbols of one drawing. */
    _denominator: function () {
      var map = this._map, centre = map.getCenter(), zoom = map.getZoom(), known = this._known;
      if (!known || known.centre !== centre.lat || known.zoom !== zoom) {
        known = this._known = { centre: centre.lat, zoom: zoom, denominator: pm.denominator(map) };
      }
      return known.denominator;
    },
    _updateStop: function (layer) {
      if (!this._drawing || layer._empty()) { return; }
      var ctx = this._ctx, o = layer.options, p = layer._point;
      var denominator = this._denominator(), close = denominator < 24000;
      if (denominator > 90000 && !o.chosen) { return; }  // four hundred dots would hide the routes that they lie on
      var radius = stepped(close ? pm.mm(o.sizeMm / 2) * 0.85 : pm.mm(0.75) * pm.symbolScale(denominator), 8);
      var text = String(o.text), several = text.indexOf(",") > 0, half = radius;
      ctx.font = "bold " + (several ? 9 : text.length > 2 ? 8 : 10) + "px " + o.family;
      if (close && several) { half = Math.max(radius, Math.ceil(ctx.measureText(text).width / 2) + 4); }
      var halo = pm.mm(o.chosen ? 1.2 : close ? 0.4 : 0.25), key = ["dot", radius, half, halo, o.chosen, o.halo, o.fillColor, o.opacity].join("|");
      copy(ctx, sprite(key, half + halo, function (c) { paintDot(c, o, radius, halo, half); }), p);
      if (close) {
        ctx.save();
        ctx.globalAlpha = o.opacity;
        ctx.fillStyle = o.ink;
        ctx.textAlign = "center";
        ctx.textBaseline = "middle";
        ctx.fillText(text, p.x, p.y + 0.5);
        ctx.restore();
      }
    }
  });

  /* Tiles between whole zooms are made for their zoom, not stretched: else lines and letters would blur.
     As Leaflet 1.9.4 does it, but for the rounding, which follows the map's `zoomSnap`. */
  pm.halfZooms = {
    _setView: function (centre, zoom, noPrune, noUpdate) {
      var snap = this._map.options.zoomSnap || 1, tileZoom = Math.round(zoom / snap) * snap, o = this.options;
      tileZoom = tileZoom > o.maxZoom || tileZoom < o.minZoom ? undefined : this._clampZoom(tileZoom);
      if (!noUpdate || (o.updateWhenZooming && tileZoom !== this._tileZoom)) {
        this._tileZoom = tileZoom;
        if (this._abortLoading) { this._abortLoading(); }
        this._updateLevels();
        this._resetGrid();
        if (tileZoom !== undefined) { this._update(centre); }
        if (!noPrune) { this._pruneTiles(); }
        this._noPrune = !!noPrune;
      }
      this._setZoomTransforms(centre, zoom);
    }
  };
  pm.PaintedTiles = L.TileLayer.extend(pm.halfZooms).extend({
    /* Leaflet moves each tile by a transform in space, which makes it a layer of its own: to lay fifty of these over each other for
       every frame takes five times as long as to move the map as one. */
    _addTile: function (coords, container) {
      L.TileLayer.prototype._addTile.call(this, coords, container);
      var tile = this._tiles[this._tileCoordsToKey(coords)].el, at = L.DomUtil.getPosition(tile);
      tile.style.transform = "translate(" + at.x + "px," + at.y + "px)";
    },
    /* Ask anew for the tiles that touch one of the boxes, or for all. Each stays as it is until the new one is there:
       Leaflet's own `setUrl` would show bare paper meanwhile. */
    renew: function (url, boxes) {
      this._url = url;
      if (!this._map) { return; }
      var touched = (boxes || []).map(function (b) { return L.latLngBounds([b[1], b[0]], [b[3], b[2]]); });
      Object.keys(this._tiles).forEach(function (key) {
        var tile = this._tiles[key], here = this._tileCoordsToBounds(tile.coords).pad(0.2);
        if (boxes && !touched.some(function (box) { return here.intersects(box); })) { return; }
        if (tile.coords.z !== this._tileZoom) { this._removeTile(key); return; }
        tile.loaded = undefined;
        this._loading = true;
        tile.el.src = this.getTileUrl(tile.coords);
      }, this);
    }
  });

  pm.HaloLine = L.Polyline.extend({ _updatePath: function () { this._renderer._updateHaloPoly(this, false); } });
  pm.HaloArea = L.Polygon.extend({ _updatePath: function () { this._renderer._updateHaloPoly(this, true); } });
  pm.RouteLine = L.Polyline.extend({
    options: { smoothFactor: 0.6 },
    _updatePath: function () { this._renderer._updateRoute(this); }
  });
  pm.Symbol = L.CircleMarker.extend({ _updatePath: function () { this._renderer._updateSymbol(this); } });
  pm.StopDot = L.CircleMarker.extend({ _updatePath: function () { this._renderer._updateStop(this); } });
})();
