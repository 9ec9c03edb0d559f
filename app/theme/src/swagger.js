// The API's documentation: Swagger UI from our own server, on the element that names the description.
const box = document.querySelector("[data-openapi]");

globalThis.SwaggerUIBundle({
  url: box.dataset.openapi,
  domNode: box,
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null,
  requestInterceptor(request) {
    request.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    return request;
  },
});
