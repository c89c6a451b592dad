// Starts Swagger UI for the service that the page names, and stands between it and the
// server: token requests go out as the service's dialect has them, calls go to this
// origin, without cookies. Nothing is kept in the browser.
(() => {
  "use strict";

  const place = document.getElementById("swagger");
  const asks = JSON.parse(place.dataset.asks);
  const words = JSON.parse(place.dataset.words);
  const HOLES = /\{\{(client_id|client_secret|scope)\}\}/g;

  /** The same path on this origin, when it is one of our server's addresses. */
  const local = (url) =>
    url.startsWith(`${asks.issuer}/`) ? location.origin + url.slice(asks.issuer.length) : url;

  const path = (url) => new URL(url, location.href).pathname;
  const isTokenUrl = (url) => asks.token !== null && path(url) === path(asks.tokenUrl);

  // --- asking for a token -------------------------------------------------------

  /** What Swagger UI would have sent: id and secret in Basic, scopes in a form. */
  function entered(request) {
    const encoded = String(request.headers.Authorization).replace(/^Basic /, "");
    const bytes = Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0));
    const pair = new TextDecoder().decode(bytes);
    const colon = pair.indexOf(":");
    const scope = new URLSearchParams(request.body).get("scope") ?? "";
    return {
      client_id: pair.slice(0, colon).trim(),
      client_secret: pair.slice(colon + 1).trim(),
      scope: scope.split(" ").join(asks.token.separator ?? " "),
    };
  }

  function basic({ client_id, client_secret }) {
    const part = asks.token.basic === "decoded" ? encodeURIComponent : String;
    const bytes = new TextEncoder().encode(`${part(client_id)}:${part(client_secret)}`);
    return `Basic ${btoa(String.fromCharCode(...bytes))}`;
  }

  /** Puts the values in. Where no scope was ticked, nothing is said of scopes. */
  function filler(values) {
    const fill = (text) => text.replace(HOLES, (_, name) => values[name]);
    const isSaid = (template) => template !== "{{scope}}" || values.scope !== "";
    const pairs = (list) =>
      list.filter(([, value]) => isSaid(value)).map(([name, value]) => [name, fill(value)]);
    const object = (members) =>
      Object.fromEntries(
        Object.entries(members)
          .filter(([, value]) => isSaid(value))
          .map(([name, value]) => {
            if (typeof value === "string") return [name, fill(value)];
            return [name, value !== null && typeof value === "object" ? object(value) : value];
          }),
      );
    return { pairs, object };
  }

  function asDialect(request) {
    const { token } = asks;
    const values = entered(request);
    const { pairs, object } = filler(values);
    const headers = { Accept: "application/json" };
    if (token.basic !== null) headers.Authorization = basic(values);
    Object.assign(headers, Object.fromEntries(pairs(token.headers)));
    const query = new URLSearchParams(pairs(token.query)).toString();
    request.url = token.url + (query === "" ? "" : `?${query}`);
    request.method = token.method;
    delete request.body;
    if (token.form !== null) {
      headers["Content-Type"] = "application/x-www-form-urlencoded";
      request.body = new URLSearchParams(pairs(token.form)).toString();
    } else if (token.json !== null) {
      headers["Content-Type"] = "application/json";
      request.body = JSON.stringify(object(token.json));
    }
    request.headers = headers;
  }

  // --- the answer ---------------------------------------------------------------

  const at = (reply, steps) => (steps ?? []).reduce((value, step) => value?.[step], reply);

  function parsed(text) {
    try {
      return JSON.parse(text) ?? {};
    } catch {
      return {};
    }
  }

  /** As RFC 6749 has it: Swagger UI reads nothing else. */
  function asStandard(response) {
    const reply = parsed(response.text ?? response.data);
    const token = asks.token.accessToken === null ? undefined : at(reply, asks.token.accessToken);
    let standard;
    if (response.ok && typeof token === "string" && token !== "") {
      const seconds = Number(at(reply, asks.token.expiresIn));
      standard = { access_token: token, token_type: "Bearer" };
      if (Number.isFinite(seconds)) standard.expires_in = seconds;
    } else {
      const id = response.headers?.["x-request-id"];
      const told = reply.error_description ?? reply.message ?? reply.msg ?? "";
      standard = {
        error: String(reply.error ?? reply.reason ?? response.status),
        error_description: `${told}${id ? ` (request ${id})` : ""}`.trim(),
      };
    }
    response.data = response.text = JSON.stringify(standard);
    response.body = response.obj = standard;
  }

  // --- calling ------------------------------------------------------------------

  /** Puts the token where this service looks for it. */
  function carry(request) {
    const { carrier } = asks;
    const sent = request.headers?.Authorization;
    if (typeof sent !== "string" || !sent.startsWith("Bearer ")) return;
    const token = sent.slice("Bearer ".length);
    delete request.headers.Authorization;
    if (carrier.query !== undefined) {
      const url = new URL(request.url, location.href);
      url.searchParams.set(carrier.query, token);
      request.url = url.href;
    } else {
      request.headers[carrier.header] = carrier.before + token + carrier.behind;
    }
  }

  // --- what Swagger UI leaves unsaid ----------------------------------------------

  /** Signs without a word get one; a button's name is what stands on it. */
  const NAMES = [
    [".close-modal", words.close],
    [".copy-to-clipboard > button", words.copy],
    [".json-schema-2020-12-accordion", words.unfold],
    [".modal-btn", ""], // those with a word keep it
  ];

  function nameAll() {
    for (const [selector, name] of NAMES) {
      for (const one of place.querySelectorAll(selector)) {
        const says = one.textContent.trim() !== "";
        if (says) one.removeAttribute("aria-label");
        else if (one.getAttribute("aria-label") !== name) one.setAttribute("aria-label", name);
      }
    }
  }

  /** The dialog is one for whoever cannot see it, too: it takes the focus and gives it back. */
  let opener = null;
  function tendDialog() {
    const dialog = place.querySelector(".modal-ux");
    if (dialog === null) {
      if (opener?.isConnected) opener.focus();
      opener = null;
      return;
    }
    if (dialog.getAttribute("role") === "dialog") return;
    opener = document.activeElement;
    const title = dialog.querySelector(".modal-ux-header h3");
    title.id = "swagger-dialog";
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    dialog.setAttribute("aria-labelledby", title.id);
    for (const input of dialog.querySelectorAll("input")) input.autocomplete = "off";
    (dialog.querySelector("input") ?? dialog.querySelector("button")).focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") place.querySelector(".modal-ux .close-modal")?.click();
  });
  new MutationObserver(() => {
    nameAll();
    tendDialog();
  }).observe(place, { childList: true, subtree: true });

  /** A link inside a button is neither: the button opens, and the address follows it. */
  const PlainName = ({ React }) => ({
    components: { DeepLink: ({ text }) => React.createElement("span", null, text) },
  });

  /** The document is JSON: read as such, it is there without the detour over YAML. */
  const QuickReading = () => ({
    statePlugins: {
      spec: {
        wrapActions: {
          parseToJson: (original, { specActions }) => (text) => {
            try {
              return specActions.updateJsonSpec(JSON.parse(text));
            } catch {
              return original(text);
            }
          },
        },
      },
    },
  });

  SwaggerUIBundle({
    url: new URL(place.dataset.document, location.href).href,
    domNode: place,
    layout: "BaseLayout",
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [PlainName, QuickReading],
    deepLinking: true,
    docExpansion: place.dataset.expansion,
    filter: place.dataset.filter !== undefined,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 3,
    displayRequestDuration: true,
    persistAuthorization: false,
    syntaxHighlight: { activated: false },
    validatorUrl: "none",
    requestInterceptor(request) {
      if (isTokenUrl(request.url)) asDialect(request);
      else carry(request);
      request.url = local(request.url);
      // Who has signed in to the portal is nothing to the API; the document may depend on it.
      request.credentials = request.loadSpec ? "same-origin" : "omit";
      return request;
    },
    responseInterceptor(response) {
      if (isTokenUrl(response.url)) asStandard(response);
      return response;
    },
    onComplete() {
      place.dataset.ready = "";
    },
  });
})();
