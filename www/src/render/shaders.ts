export const VERTEX = `#version 300 es
layout(location = 0) in vec2 from;
layout(location = 1) in vec2 to;
layout(location = 2) in uvec4 mark;
uniform float t;
uniform vec3 view;
uniform vec2 size;
uniform float diameter;
uniform float ratio;
uniform int perPage;
uniform int columns;
uniform vec3 colours[10];
uniform uvec2 between;
flat out float near;
flat out vec3 colour;
flat out uint shape;
flat out uint hollow;
flat out int page;
flat out vec2 corner;
void main() {
  vec2 p = mix(from, to, t);
  vec2 screen = vec2(p.x * view.x + view.y, view.z - p.y * view.x);
  vec2 clip = screen / size * 2.0 - 1.0;
  near = float(mark.z) / 255.0;
  gl_Position = mark.z < between.x || mark.z > between.y ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(clip.x, -clip.y, 0.0, 1.0);
  gl_PointSize = diameter * ratio * mix(0.7, 1.0, near);
  colour = colours[mark.x % 10u];
  shape = mark.y % 5u;
  hollow = mark.w;
  page = gl_VertexID / max(perPage, 1);
  int place = gl_VertexID - page * perPage;
  corner = vec2(float(place % max(columns, 1)), float(place / max(columns, 1)));
}`;

export const FRAGMENT = `#version 300 es
precision highp float;
precision highp sampler2DArray;
flat in float near;
flat in vec3 colour;
flat in uint shape;
flat in uint hollow;
flat in int page;
flat in vec2 corner;
uniform float diameter;
uniform float ratio;
uniform int pages;
uniform vec2 tile;
uniform float side;
uniform vec3 outline;
uniform bool grey;
uniform sampler2DArray atlas;
out vec4 result;
float away(vec2 p) {
  if (shape == 0u) return length(p) - 0.88;
  if (shape == 1u) return max(abs(p.x), abs(p.y)) - 0.75;
  if (shape == 2u) return max(p.y - 0.7, (abs(p.x) * 1.65 - (p.y + 0.95) * 0.92) / 1.89);
  if (shape == 3u) return (abs(p.x) + abs(p.y) - 1.0) * 0.7071;
  vec2 a = abs(p);
  return max(min(a.x, a.y) - 0.3, max(a.x, a.y) - 0.95);
}
void main() {
  float strength = mix(0.4, 1.0, near);
  float pixel = 2.0 / (diameter * ratio);
  if (pages > 0 && page < pages) {
    vec2 edge = abs(gl_PointCoord * 2.0 - 1.0);
    vec3 uv = vec3((corner + gl_PointCoord) * tile / side, float(page));
    vec4 texel = texture(atlas, uv);
    vec3 paper = texel.rgb;
    float border = clamp(diameter / 16.0, 1.0, 2.5) * ratio * pixel;
    bool rim = max(edge.x, edge.y) > 1.0 - border;
    // One channel is ink: it is drawn in the colour of its class, and unseen classes get a frame.
    float ink = rim && hollow == 1u ? 1.0 : 1.0 - texel.r;
    result = strength * (grey ? vec4(colour * ink, ink) : vec4(rim ? colour : paper, 1.0));
    return;
  }
  float d = away(gl_PointCoord * 2.0 - 1.0);
  float inside = clamp(0.5 - d / pixel, 0.0, 1.0);
  if (inside <= 0.0) discard;
  float rimWidth = max(0.14, 1.3 * pixel);
  float rim = clamp(0.5 + (d + rimWidth) / pixel, 0.0, 1.0);
  vec3 fill = hollow == 1u ? outline : colour;
  vec3 line = hollow == 1u ? colour : mix(colour, vec3(0.0), 0.35);
  if (hollow == 1u) rim = clamp(0.5 + (d + 2.2 * rimWidth) / pixel, 0.0, 1.0);
  float alpha = inside * 0.92 * strength;
  result = vec4(mix(fill, line, rim) * alpha, alpha);
}`;
