// The page /api/docs: Swagger UI over our own description, with the person's session and its CSRF token.
import { keepWording } from "./swagger-words.js";

const place = document.getElementById("swagger");
const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
const UNSAFE = new Set(["POST", "PUT", "PATCH", "DELETE"]);

function withToken(request) {
  const isOurs = new URL(request.url, location.href).origin === location.origin;
  if (isOurs && UNSAFE.has((request.method ?? "").toUpperCase())) request.headers["X-CSRFToken"] = token;
  return request;
}

if (place && window.SwaggerUIBundle) {
  keepWording(place, JSON.parse(place.dataset.words));
  window.SwaggerUIBundle({
    domNode: place,
    url: place.dataset.address,
    deepLinking: false, // its links would stand inside buttons, which no screen reader can follow
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: false,
    validatorUrl: null,
    requestInterceptor: withToken,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
}
