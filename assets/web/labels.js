/* Names of sites and streets on one canvas above the layers, without two touching. The rules are those of
   `point_names` and `street_names`: Chinese names on steep streets run downwards with upright characters. */
(function () {
  "use strict";
  var pm = (window.patrolmap = window.patrolmap || {});
  var SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [1, 1], [-1, -1], [-1, 1]];
  var SHIFTS = [0, 0.08, -0.08, 0.18, -0.18, 0.3, -0.3];
  var CHINESE = /^[\u3400-\u9fff\uf900-\ufaff]+$/;

  var widths = {};  // of letters by font: measuring them again and again takes longer than writing them

  function Occupancy(width, height) { this.w = width; this.h = height; this.cells = {}; }
  Occupancy.prototype.each = function (box, visit) {
    for (var x = Math.floor(box[0] / 24); x <= Math.floor(box[2] / 24); x++) {
      for (var y = Math.floor(box[1] / 24); y <= Math.floor(box[3] / 24); y++) {
        if (visit(x + ":" + y) === false) { return false; }
      }
    }
    return true;
  };
  Occupancy.prototype.free = function (box) {
    if (box[0] < 0 || box[1] < 0 || box[2] > this.w || box[3] > this.h) { return false; }
    var cells = this.cells;
    return this.each(box, function (key) {
      return !(cells[key] || []).some(function (other) {
        return box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
      });
    });
  };
  Occupancy.prototype.take = function (box) {
    var cells = this.cells;
    this.each(box, function (key) { (cells[key] = cells[key] || []).push(box); });
  };

  pm.Labels = L.Layer.extend({
    initialize: function (style) { this.style = style; this.points = []; this.lines = []; this.streets = []; },
    onAdd: function (map) {
      var pane = map.getPane("labels") || map.createPane("labels");
      pane.style.zIndex = 460;
      pane.style.pointerEvents = "none";
      this.canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", pane);
      map.on("moveend resize", this.redrawSoon, this);
      map.on("zoomend viewreset", this.clear, this);
      this.redraw();
    },
    onRemove: function (map) {
      map.off("moveend resize", this.redrawSoon, this);
      map.off("zoomend viewreset", this.clear, this);
      clearTimeout(this.waits);
      L.DomUtil.remove(this.canvas);
    },
    /* points: {latlng, text, reachMm, maxDenominator}; streets: {name, streetClass, track(bounds) -> [[x, y], ...]} */
    setPoints: function (points) { this.points = points; if (this._map) { this.redraw(); } },
    setStreets: function (provider) { this.streetsOf = provider; if (this._map) { this.redraw(); } },
    setStyle: function (style) { this.style = style; if (this._map) { this.redraw(); } },

    /* The frame with the map goes before that with its names; until then they move with it, or are away where the scale is another. */
    redrawSoon: function () {
      var self = this;
      clearTimeout(this.waits);
      this.waits = setTimeout(function () { if (self._map) { self.redraw(); } }, 30);
    },
    clear: function () {
      this.canvas.getContext("2d").clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.redrawSoon();
    },
    redraw: function () {
      clearTimeout(this.waits);
      var map = this._map, size = map.getSize(), ratio = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this.canvas, map.containerPointToLayerPoint([0, 0]));
      this.canvas.width = size.x * ratio;
      this.canvas.height = size.y * ratio;
      this.canvas.style.width = size.x + "px";
      this.canvas.style.height = size.y + "px";
      var ctx = (this.ctx = this.canvas.getContext("2d"));
      ctx.scale(ratio, ratio);
      this.denominator = pm.denominator(map);
      this.taken = new Occupancy(size.x, size.y);
      this.reservePoints();
      this.writePoints();
      if (this.streetsOf) { this.writeStreets(); }
    },

    reservePoints: function () {
      var map = this._map, taken = this.taken, factor = pm.symbolScale(this.denominator);
      this.points.forEach(function (point) {
        var at = map.latLngToContainerPoint(point.latlng), half = pm.mm(point.reachMm) * factor * 0.84;
        taken.take([at.x - half, at.y - half, at.x + half, at.y + half]);
      });
    },
    writePoints: function () {
      var self = this, map = this._map, label = this.style.site_label, factor = pm.symbolScale(this.denominator);
      this.points.forEach(function (point) {
        if (self.denominator > point.maxDenominator || !point.text) { return; }
        var size = pm.pt(point.sizePt || label.size_pt), top = size * 0.9, bottom = size * 0.16;
        self.ctx.font = size + "px " + self.style.family;
        var at = map.latLngToContainerPoint(point.latlng), width = self.ctx.measureText(point.text).width;
        var reach = pm.mm(point.reachMm * factor + 0.4);
        for (var i = 0; i < SIDES.length; i++) {
          var sx = SIDES[i][0], sy = SIDES[i][1], vertical = sx === 0 ? reach : reach * 0.7;
          var left = at.x + (sx > 0 ? reach : sx < 0 ? -reach - width : -width / 2);
          var base = at.y + (sy < 0 ? -vertical - bottom : sy > 0 ? vertical + top : (top - bottom) / 2);
          var box = [left, base - top, left + width, base + bottom];
          if (self.taken.free(box)) {
            self.taken.take(box);
            self.write(point.text, left, base, 0, label);
            return;
          }
        }
      });
    },
    write: function (text, x, y, angle, label) {
      var ctx = this.ctx;
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate(angle);
      ctx.lineJoin = "round";
      ctx.lineWidth = 2 * pm.mm(label.halo_mm);
      ctx.strokeStyle = label.halo;
      ctx.strokeText(text, 0, 0);
      ctx.fillStyle = label.colour;
      ctx.fillText(text, 0, 0);
      ctx.restore();
    },

    writeStreets: function () {
      var self = this, done = {};
      this.streetsOf(this._map, this.denominator).forEach(function (street) {
        self.along(street, done[street.name] = done[street.name] || []);
      });
    },
    along: function (street, middles) {
      var label = street.label, size = pm.pt(label.size_pt), ctx = this.ctx, name = street.name;
      ctx.font = size + "px " + this.style.family;
      var font = ctx.font, advances = Array.from(name).map(function (letter) {
        var key = font + letter;
        if (widths[key] === undefined) { widths[key] = ctx.measureText(letter).width; }
        return widths[key];
      });
      var width = advances.reduce(function (a, b) { return a + b; }, 0), spread = width * 1.06 + size * 0.35;
      var track = new Track(street.points), apart = pm.mm(75);
      if (track.length < spread) { return; }
      var count = Math.max(Math.floor(track.length / apart), 1), stretch = track.length / count;
      for (var part = 0; part < count; part++) {
        for (var k = 0; k < SHIFTS.length; k++) {
          var start = (part + 0.5 + SHIFTS[k]) * stretch - spread / 2;
          if (start < 0 || start + spread > track.length) { continue; }
          if (this.writeAt(track, start, spread, name, advances, size, label, middles, apart)) { break; }
        }
      }
    },
    writeAt: function (track, start, spread, name, advances, size, label, middles, apart) {
      var mid = track.at(start + spread / 2), self = this;
      if (middles.some(function (m) { return Math.hypot(m[0] - mid[0], m[1] - mid[1]) < apart * 0.6; })) { return false; }
      var a = track.at(start), b = track.at(start + spread), dx = b[0] - a[0], dy = b[1] - a[1];
      var upright = Math.abs(dy) > Math.abs(dx) * 1.15 && CHINESE.test(name), back = upright ? dy < 0 : dx < 0;
      var extra = (spread - advances.reduce(function (p, q) { return p + q; }, 0)) / advances.length;
      var gone = start, pieces = [], previous = null, first = null;
      for (var i = 0; i < advances.length; i++) {
        var centre = gone + (advances[i] + extra) / 2, along = back ? 2 * start + spread - centre : centre;
        var p = track.at(along - advances[i] / 2), q = track.at(along + advances[i] / 2), sign = back ? -1 : 1;
        var angle = Math.atan2((q[1] - p[1]) * sign, (q[0] - p[0]) * sign);
        if (previous !== null && (turn(angle, previous) > 0.49 || turn(angle, first) > 1.05)) { return false; }
        if (first === null) { first = angle; }
        previous = angle;
        pieces.push([(p[0] + q[0]) / 2, (p[1] + q[1]) / 2, upright ? angle - Math.PI / 2 : angle, advances[i]]);
        gone += advances[i] + extra;
      }
      var half = size * 0.55;
      var boxes = pieces.map(function (c) { return [c[0] - half, c[1] - half, c[0] + half, c[1] + half]; });
      if (!boxes.every(function (box) { return self.taken.free(box); })) { return false; }
      boxes.forEach(function (box) { self.taken.take(box); });
      middles.push(mid);
      Array.from(name).forEach(function (letter, i) {
        var c = pieces[i], drop = size * 0.37, cos = Math.cos(c[2]), sin = Math.sin(c[2]);
        self.write(letter, c[0] - cos * c[3] / 2 - sin * drop, c[1] - sin * c[3] / 2 + cos * drop, c[2], label);
      });
      return true;
    }
  });

  function turn(a, b) {
    var d = (a - b) % (2 * Math.PI);
    if (d > Math.PI) { d -= 2 * Math.PI; }
    if (d < -Math.PI) { d += 2 * Math.PI; }
    return Math.abs(d);
  }

  function Track(points) {
    this.points = points;
    this.gone = [0];
    for (var i = 1; i < points.length; i++) {
      this.gone.push(this.gone[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
    }
    this.length = this.gone[this.gone.length - 1];
  }
  Track.prototype.at = function (distance) {
    var gone = this.gone, low = 0, high = gone.length - 1;
    if (distance <= 0) { return this.points[0]; }
    if (distance >= this.length) { return this.points[high]; }
    while (high - low > 1) { var middle = (low + high) >> 1; if (gone[middle] <= distance) { low = middle; } else { high = middle; } }
    var share = (distance - gone[low]) / (gone[high] - gone[low]), a = this.points[low], b = this.points[high];
    return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
  };
})();
