/* Streets, water, green and railways from packed numbers, drawn into canvas tiles as `streets_painter` draws them. */
(function () {
  "use strict";
  var pm = (window.patrolmap = window.patrolmap || {});
  var BUCKET = 4096;

  /* Undo `packing.pack_lines`: variable-length zigzag differences. */
  pm.unpack = function (packed) {
    var text = atob(packed.data), at = 0, x = 0, y = 0, lines = [];
    function number() {
      var value = 0, shift = 1, byte;
      do { byte = text.charCodeAt(at++); value += (byte & 127) * shift; shift *= 128; } while (byte & 128);
      return value;
    }
    function signed() { var value = number(); return value % 2 ? -(value + 1) / 2 : value / 2; }
    packed.groups.forEach(function (group) {
      for (var i = 0; i < group.count; i++) {
        var name = number(), count = number(), points = new Float64Array(2 * count);
        var box = [Infinity, Infinity, -Infinity, -Infinity];
        for (var k = 0; k < count; k++) {
          x += signed(); y += signed();
          points[2 * k] = x; points[2 * k + 1] = y;
          box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
        }
        lines.push({ group: group, name: packed.names[name], points: points, box: box });
      }
    });
    return lines;
  };

  function Index(lines) {
    var cells = (this.cells = {});
    this.lines = lines;
    lines.forEach(function (line, place) {
      for (var cx = Math.floor(line.box[0] / BUCKET); cx <= Math.floor(line.box[2] / BUCKET); cx++) {
        for (var cy = Math.floor(line.box[1] / BUCKET); cy <= Math.floor(line.box[3] / BUCKET); cy++) {
          (cells[cx + ":" + cy] = cells[cx + ":" + cy] || []).push(place);
        }
      }
    });
  }
  Index.prototype.query = function (box) {
    var found = [], seen = new Set(), lines = this.lines, cells = this.cells;
    var x0 = Math.floor(box[0] / BUCKET), x1 = Math.floor(box[2] / BUCKET);
    var y0 = Math.floor(box[1] / BUCKET), y1 = Math.floor(box[3] / BUCKET);
    function touches(line) {
      return line.box[0] <= box[2] && line.box[2] >= box[0] && line.box[1] <= box[3] && line.box[3] >= box[1];
    }
    if ((x1 - x0) * (y1 - y0) > 400) { return lines.filter(touches); }
    for (var x = x0; x <= x1; x++) {
      for (var y = y0; y <= y1; y++) {
        (cells[x + ":" + y] || []).forEach(function (place) {
          if (!seen.has(place) && touches(lines[place])) { seen.add(place); found.push(place); }
        });
      }
    }
    return found.sort(function (a, b) { return a - b; }).map(function (place) { return lines[place]; });
  };

  pm.StreetGrid = L.GridLayer.extend(pm.halfZooms).extend({
    options: { updateWhenZooming: false, keepBuffer: 1, className: "pm-streets" },
    initialize: function (packed, style, options) {
      L.GridLayer.prototype.initialize.call(this, options);
      this.packedZoom = packed.zoom;
      this.index = new Index(pm.unpack(packed));
      this.style = style;
    },
    setStyle: function (style) { this.style = style; this.redraw(); },
    createTile: function (coords) {
      var tile = L.DomUtil.create("canvas", "leaflet-tile"), size = this.getTileSize();
      var ratio = Math.min(window.devicePixelRatio || 1, 2);
      tile.width = size.x * ratio;
      tile.height = size.y * ratio;
      var ctx = tile.getContext("2d"), factor = Math.pow(2, coords.z - this.packedZoom);
      ctx.scale(ratio, ratio);
      var margin = 14, left = coords.x * size.x, top = coords.y * size.y;
      var box = [(left - margin) / factor, (top - margin) / factor,
        (left + size.x + margin) / factor, (top + size.y + margin) / factor];
      var middle = this._map.unproject([left + size.x / 2, top + size.y / 2], coords.z);
      this.paint(ctx, this.index.query(box), factor, left, top, this.denominatorAt(middle, coords.z));
      return tile;
    },
    denominatorAt: function (latlng, zoom) {
      var metres = this._map.options.crs === L.CRS.Simple ? Math.pow(2, -zoom)
        : 40075016.686 / 256 / Math.pow(2, zoom) * Math.cos(latlng.lat * Math.PI / 180);
      return metres * 96 / 25.4 * 1000;
    },
    paint: function (ctx, lines, factor, left, top, denominator) {
      var self = this, groups = new Map();
      lines.forEach(function (line) {
        if (!groups.has(line.group)) { groups.set(line.group, []); }
        groups.get(line.group).push(line);
      });
      var streets = [];
      ctx.lineJoin = "round";
      groups.forEach(function (members, group) {
        var path = new Path2D();
        members.forEach(function (line) {
          for (var k = 0; k < line.points.length; k += 2) {
            var x = line.points[k] * factor - left, y = line.points[k + 1] * factor - top;
            if (k) { path.lineTo(x, y); } else { path.moveTo(x, y); }
          }
        });
        if (group.barrier) { self.paintBarrier(ctx, group, path, denominator); } else { streets.push([group, path]); }
      });
      var levels = Array.from(new Set(streets.map(function (s) { return s[0].level; }))).sort(function (a, b) { return a - b; });
      levels.forEach(function (level) {
        var of = streets.filter(function (s) { return s[0].level === level; });
        of.forEach(function (s) { self.paintCasing(ctx, s[0], s[1], denominator); });
        of.forEach(function (s) { self.paintSurface(ctx, s[0], s[1], denominator); });
      });
      groups.forEach(function (members, group) {
        if (group.barrier === "railway" && !group.area) { self.paintRailway(ctx, members, factor, left, top, denominator); }
      });
    },
    paintBarrier: function (ctx, group, path, denominator) {
      var style = this.style.barriers.find(function (b) { return b.kind === group.barrier; });
      if (!style || (group.barrier === "railway" && !group.area)) { return; }
      if (group.area) {
        ctx.fillStyle = style.area.fill;
        ctx.fill(path, "evenodd");
        if (style.area.outline) { stroke(ctx, path, style.area.outline.colour, pm.mm(style.area.outline.width_mm)); }
        return;
      }
      var width = pm.widthMm(style.steps, denominator);
      if (width > 0) {
        if (style.area.outline && width >= 0.5) {
          stroke(ctx, path, style.area.outline.colour, pm.mm(width + 2 * style.area.outline.width_mm));
        }
        stroke(ctx, path, style.line.colour, pm.mm(width));
      }
    },
    paintRailway: function (ctx, members, factor, left, top, denominator) {
      var style = this.style.barriers.find(function (b) { return b.kind === "railway"; }), path = new Path2D();
      var width = pm.mm(pm.widthMm(style.steps, denominator));
      if (!width) { return; }
      members.forEach(function (line) {
        for (var k = 0; k < line.points.length; k += 2) {
          var x = line.points[k] * factor - left, y = line.points[k + 1] * factor - top;
          if (k) { path.lineTo(x, y); } else { path.moveTo(x, y); }
        }
      });
      stroke(ctx, path, style.line.colour, width);
      stroke(ctx, path, style.line.halo, width * 0.6, [width * 6.6, width * 6.6]);
    },
    widthMm: function (group, denominator) {
      var width = pm.widthMm(this.style.streets[group.street].steps, denominator);
      return group.link ? width * 0.62 : width;
    },
    paintCasing: function (ctx, group, path, denominator) {
      var style = this.style.streets[group.street], width = this.widthMm(group, denominator);
      if (style.dash.length || width < 0.3) { return; }
      var dots = pm.mm(width + 2 * style.casing_mm * (group.bridge ? 1.5 : 1));
      stroke(ctx, path, style.casing, dots, group.tunnel ? [1.2 * dots, 0.8 * dots] : [], "butt");
    },
    paintSurface: function (ctx, group, path, denominator) {
      var style = this.style.streets[group.street], width = this.widthMm(group, denominator);
      if (!width) { return; }
      var colour = width < 0.3 && !style.dash.length ? style.thin : style.colour;
      if (group.tunnel) { colour = style.tunnel; }
      stroke(ctx, path, colour, pm.mm(width), pm.dash(style.dash, pm.mm(width)), group.tunnel ? "butt" : "round");
    },
    named: function (map, denominator) { return namedIn(this, map, denominator); }
  });

  /* Streets whose names are written but whose lines come as painted tiles. */
  pm.StreetNames = L.Class.extend({
    initialize: function (packed, style) {
      this.packedZoom = packed.zoom;
      this.index = new Index(pm.unpack(packed));
      this.style = style;
    },
    named: function (map, denominator) { return namedIn(this, map, denominator); }
  });

  /* For `Labels.setStreets`: what is seen and large enough to be named, large streets first. */
  function namedIn(source, map, denominator) {
    var factor = map.getZoomScale(map.getZoom(), source.packedZoom), style = source.style, size = map.getSize();
    var origin = map.getPixelOrigin().subtract(map.containerPointToLayerPoint([0, 0]).multiplyBy(-1));
    var box = [origin.x / factor, origin.y / factor, (origin.x + size.x) / factor, (origin.y + size.y) / factor];
    var found = [];
    source.index.query(box).forEach(function (line) {
      var street = line.group.street === undefined ? null : style.streets[line.group.street];
      if (!line.name || !street || line.group.link || line.group.tunnel) { return; }
      if (denominator > street.label_max_denominator) { return; }
      pieces(line.points, factor, origin, size).forEach(function (points) {
        found.push({ name: line.name, label: street.label, points: points, rank: line.group.street });
      });
    });
    function reach(street) {
      var a = street.points[0], b = street.points[street.points.length - 1];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    }
    return found.sort(function (a, b) { return b.rank - a.rank || reach(b) - reach(a); });
  }

  function stroke(ctx, path, colour, width, dash, cap) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    ctx.lineCap = cap || (dash && dash.length ? "butt" : "round");
    ctx.setLineDash(dash || []);
    ctx.stroke(path);
  }

  /* Parts of a line that lie in the window; a name must not start outside of it. */
  function pieces(points, factor, origin, size) {
    var found = [], current = [];
    for (var k = 0; k < points.length; k += 2) {
      var x = points[k] * factor - origin.x, y = points[k + 1] * factor - origin.y, previous = current[current.length - 1];
      if (previous && Math.abs(previous[0] - x) + Math.abs(previous[1] - y) < 1.5 && k < points.length - 2) { continue; }
      var clipped = k ? L.LineUtil.clipSegment(
        L.point(points[k - 2] * factor - origin.x, points[k - 1] * factor - origin.y), L.point(x, y),
        L.bounds([0, 0], size), false, true) : false;
      if (clipped) {
        if (!current.length) { current.push([clipped[0].x, clipped[0].y]); }
        current.push([clipped[1].x, clipped[1].y]);
        if (clipped[1].x !== x || clipped[1].y !== y) { found.push(current); current = []; }
      } else if (current.length) { found.push(current); current = []; }
    }
    if (current.length > 1) { found.push(current); }
    return found.filter(function (piece) { return piece.length > 1; });
  }
})();
