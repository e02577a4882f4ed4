"""GLSL 1.20 of the crystal picture: spheres and cylinders as impostors, polyhedra, the final blit.

Every quad carries its view-space position; the fragment shader cuts the line of sight with the true
sphere or cylinder and writes its depth, so that everything meets exactly.
"""

from __future__ import annotations

_VIEW = """
uniform mat3 u_rotation;     // world to view
uniform vec3 u_centre;       // world point in the middle of the picture, in angstrom
uniform vec2 u_scale;        // normalised device units per angstrom
uniform vec2 u_depth;        // middle and half extent of the scene in view z, in angstrom
uniform float u_pixel;       // angstrom per logical pixel

vec3 to_view(vec3 world) { return u_rotation * (world - u_centre); }
vec4 to_clip(vec3 view) {
    return vec4(view.xy * u_scale, -(view.z - u_depth.x) / u_depth.y, 1.0);
}
"""

_SHADE = """
uniform vec2 u_depth;
uniform float u_pixel;
uniform vec3 u_background;
uniform vec3 u_outline;
uniform float u_fog;

float depth_of(float z) { return 0.5 - 0.5 * (z - u_depth.x) / u_depth.y; }

vec3 lit(vec3 base, vec3 n, float gloss) {
    vec3 key = normalize(vec3(-0.42, 0.58, 0.70));
    vec3 halfway = normalize(key + vec3(0.0, 0.0, 1.0));
    float soft = max(0.0, 0.30 + 0.70 * dot(n, key));
    float sky = 0.5 + 0.5 * n.y;
    float facing = max(n.z, 0.0);
    vec3 colour = base * (0.36 + 0.12 * sky + 0.62 * soft) * mix(0.80, 1.0, sqrt(facing));
    float spot = pow(max(dot(n, halfway), 0.0), 48.0);
    return colour + gloss * spot * (vec3(1.0) - 0.35 * colour);
}

vec3 fogged(vec3 colour, float z) {
    float far = clamp((u_depth.x + u_depth.y - z) / max(2.0 * u_depth.y, 9.0), 0.0, 1.0);
    return mix(colour, u_background, u_fog * far * far);
}
"""

_TABLE = """
uniform sampler2D u_table;
uniform vec2 u_table_size;

vec4 texel(vec2 origin, float k) {
    return texture2D(u_table, (floor(origin + 0.5) + vec2(k + 0.5, 0.5)) / u_table_size);
}
"""

SPHERE_VERTEX = (
    _VIEW
    + """
uniform float u_halo;        // angstrom drawn around the silhouette
attribute vec3 a_centre;
attribute vec2 a_corner;
attribute float a_radius;
attribute vec2 a_texel;
varying vec2 v_offset;
varying float v_z;
varying float v_radius;
varying vec2 v_texel;

void main() {
    vec3 centre = to_view(a_centre);
    v_offset = a_corner * (a_radius + u_halo + u_pixel);
    v_z = centre.z;
    v_radius = a_radius;
    v_texel = a_texel;
    gl_Position = to_clip(centre + vec3(v_offset, 0.0));
}
"""
)

SPHERE_FRAGMENT = (
    _SHADE
    + _TABLE
    + """
uniform mat3 u_pie;          // view to the frame of the wedges: start, 90 degrees on, axis
uniform vec3 u_vacancy;
uniform vec3 u_hatch;
uniform vec3 u_selection;
uniform vec3 u_hover;
uniform float u_halo;
varying vec2 v_offset;
varying float v_z;
varying float v_radius;
varying vec2 v_texel;

const float TURN = 6.283185307;

float hatch(vec3 local) {
    float pitch = max(0.34 * v_radius, 6.0 * u_pixel);
    float place = dot(local, vec3(0.42, 0.35, 0.84)) * v_radius / pitch;
    float distance_to_line = abs(fract(place) - 0.5) * pitch;
    return 1.0 - smoothstep(0.5 * u_pixel, 1.5 * u_pixel, distance_to_line - 0.03 * v_radius);
}

void main() {
    float d = length(v_offset);
    vec4 first = texel(v_texel, 0.0);
    if (d > v_radius) {
        if (first.a < 0.2 || d > v_radius + u_halo) discard;
        gl_FragColor = vec4(first.a > 0.8 ? u_selection : u_hover, 1.0);
        gl_FragDepth = depth_of(v_z);
        return;
    }
    float height = sqrt(max(v_radius * v_radius - d * d, 0.0));
    vec3 n = vec3(v_offset, height) / v_radius;
    float z = v_z + height;

    vec3 local = u_pie * n;
    float around = fract(atan(local.y, local.x) / TURN + 1.0);
    float from = 0.0, to = 1.0;
    vec4 fill = first;
    for (int k = 0; k < 8; k++) {
        to = 1.0;
        if (k < 7) {
            vec2 code = texel(v_texel, 8.0 + float(k)).rg * 255.0;
            to = min(1.0, (code.r * 256.0 + code.g) / 65534.0);
        }
        if (k > 0) fill = texel(v_texel, float(k));
        if (around <= to) break;
        from = to;
    }
    bool vacant = fill.a > 0.5 && (from > 0.0);
    vec3 colour = fill.rgb;
    float gloss = 0.42;
    if (vacant) {
        colour = mix(u_vacancy, u_hatch, 0.85 * hatch(local));
        gloss = 0.15;
    }
    colour = lit(colour, n, gloss);
    if (vacant) colour = mix(colour, u_vacancy, 0.25);

    if (from > 0.0 || to < 1.0) {
        float angle = min(min(around - from, to - around) * TURN, 1.5708);
        float away = length(local.xy) * v_radius * sin(angle);
        float width = max(0.018 * v_radius, 0.55 * u_pixel);
        float line = 1.0 - smoothstep(width, width + u_pixel, away);
        colour = mix(colour, u_outline, 0.72 * line);
    }
    float rim = max(0.030 * v_radius, 1.1 * u_pixel);
    colour = mix(colour, u_outline, 0.80 * smoothstep(v_radius - rim - u_pixel, v_radius - rim, d));
    if (first.a > 0.2) colour = mix(colour, first.a > 0.8 ? u_selection : u_hover, 0.10);
    gl_FragColor = vec4(fogged(colour, z), 1.0);
    gl_FragDepth = depth_of(z);
}
"""
)

CYLINDER_VERTEX = (
    _VIEW
    + """
attribute vec3 a_start;
attribute vec3 a_end;
attribute vec2 a_corner;     // 0 or 1 along, -1 or 1 across
attribute float a_radius;
attribute float a_style;     // 0 bond, 1 stub, 2 line
attribute vec4 a_texels;     // of the sites at both ends
varying vec2 v_position;
varying vec3 v_start;
varying vec3 v_axis;
varying vec3 v_shape;        // radius, length, style
varying vec4 v_texels;

void main() {
    vec3 start = to_view(a_start);
    vec3 end = to_view(a_end);
    float size = length(end - start);
    v_axis = (end - start) / max(size, 1e-6);
    float flatness = length(v_axis.xy);
    vec2 along = flatness > 1e-4 ? v_axis.xy / flatness : vec2(1.0, 0.0);
    float radius = a_style > 1.5 ? clamp(a_radius, 0.60 * u_pixel, 0.90 * u_pixel) : a_radius;
    float reach = radius + u_pixel;
    vec2 tip = mix(start.xy - along * reach, end.xy + along * reach, a_corner.x);
    v_position = tip + vec2(-along.y, along.x) * a_corner.y * reach;
    v_start = start;
    v_shape = vec3(radius, size, a_style);
    v_texels = a_texels;
    gl_Position = to_clip(vec3(v_position, mix(start.z, end.z, a_corner.x)));
}
"""
)

CYLINDER_FRAGMENT = (
    _SHADE
    + _TABLE
    + """
uniform vec3 u_line;
varying vec2 v_position;
varying vec3 v_start;
varying vec3 v_axis;
varying vec3 v_shape;
varying vec4 v_texels;

const float FADE = 0.72;

void main() {
    float radius = v_shape.x;
    float flatness = length(v_axis.xy);
    if (flatness < 1e-3) discard;
    vec2 along = v_axis.xy / flatness;
    vec3 across = vec3(-along.y, along.x, 0.0);
    vec2 q = v_position - v_start.xy;
    float side = dot(q, across.xy);
    if (abs(side) > radius) discard;
    vec3 up = cross(across, v_axis);
    up *= sign(up.z);
    float rise = sqrt(max(0.0, radius * radius - side * side));
    vec3 n = (side * across + rise * up) / radius;
    float s = (dot(q, along) - radius * dot(n.xy, along)) / flatness;
    if (s < 0.0) discard;
    if (s > v_shape.y) {                       // the flat end of a stub that points at the viewer
        vec2 on_cap = q - v_shape.y * v_axis.xy;
        float lift = -dot(on_cap, v_axis.xy) / v_axis.z;
        if (v_axis.z <= 0.0 || length(vec3(on_cap, lift)) > radius) discard;
        float cap_z = v_start.z + v_shape.y * v_axis.z + lift;
        vec3 cap = lit(texel(v_texels.xy, 15.0).rgb, v_axis, 0.1);
        gl_FragColor = vec4(fogged(mix(cap, u_background, FADE), cap_z), 1.0);
        gl_FragDepth = depth_of(cap_z);
        return;
    }
    float z = v_start.z + s * v_axis.z + radius * n.z;
    vec3 colour;
    if (v_shape.z > 1.5) {
        colour = u_line;
    } else {
        bool near = v_shape.z > 0.5 || s < 0.5 * v_shape.y;
        colour = texel(near ? v_texels.xy : v_texels.zw, 15.0).rgb;
        colour = lit(colour, n, 0.30);
        float rim = max(0.14 * radius, 1.0 * u_pixel);
        float edge = smoothstep(radius - rim - u_pixel, radius - rim, abs(side));
        colour = mix(colour, u_outline, 0.65 * edge);
        if (v_shape.z > 0.5) colour = mix(colour, u_background, FADE * s / v_shape.y);
    }
    gl_FragColor = vec4(fogged(colour, z), 1.0);
    gl_FragDepth = depth_of(z);
}
"""
)

FACE_VERTEX = (
    _VIEW
    + """
attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec2 a_texel;
varying vec3 v_normal;
varying float v_z;
varying vec2 v_texel;

void main() {
    vec3 view = to_view(a_position);
    v_normal = u_rotation * a_normal;
    v_z = view.z;
    v_texel = a_texel;
    gl_Position = to_clip(view);
}
"""
)

FACE_FRAGMENT = (
    _SHADE
    + _TABLE
    + """
varying vec3 v_normal;
varying float v_z;
varying vec2 v_texel;

void main() {
    vec3 n = normalize(v_normal);
    bool back = n.z < 0.0;
    vec3 colour = lit(texel(v_texel, 15.0).rgb, back ? -n : n, 0.20);
    gl_FragColor = vec4(fogged(colour, v_z), back ? 0.16 : 0.34);
}
"""
)

BLIT_VERTEX = """
attribute vec2 a_position;
varying vec2 v_place;
void main() {
    v_place = 0.5 * a_position + 0.5;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
"""

BLIT_FRAGMENT = """
uniform sampler2D u_picture;
varying vec2 v_place;
void main() { gl_FragColor = vec4(texture2D(u_picture, v_place).rgb, 1.0); }
"""
