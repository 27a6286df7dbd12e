// The page that a browser shows: it creates, lists and watches products of the shop, through connect-web's transport of
// gRPC-Web and through Google's grpc-web in binary and in text. Bundled and served by browser.cjs, which is told the outcome.
import { create, createFileRegistry, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { GrpcWebClientBase, MethodDescriptor, MethodType } from "grpc-web";

const PATIENCE = 20000;

const bytes = Uint8Array.from(atob(globalThis.SCHEMA), (letter) => letter.charCodeAt(0));
const service = createFileRegistry(fromBinary(FileDescriptorSetSchema, bytes)).getService("ecommerce.v1.ProductService");
const origin = globalThis.SHOP;
const pause = (millis) => new Promise((done) => setTimeout(done, millis));

/** The shop through connect-web. Each of these has the same four methods. */
function connectWeb() {
  const client = createClient(service, createGrpcWebTransport({ baseUrl: origin }));
  const headers = { "x-page": "connect-web" };
  return {
    create: async (request) => (await client.createProduct(request, { headers })).product,
    async list(request) {
      const products = [];
      for await (const product of client.listProducts(request, { headers })) products.push(product);
      return products;
    },
    async firstEvent(request) {
      for await (const event of client.watchProduct(request, { headers })) return event;
    },
    update: (request) => client.updateProduct(request, { headers }),
    codeOfMissing: () => client.getProduct({ id: "missing" }).then(() => 0, (error) => ConnectError.from(error).code),
  };
}

/** The shop through grpc-web, which hands out the events of a binary stream only at its end: there a deadline ends it. */
function grpcWeb(format) {
  const client = new GrpcWebClientBase({ format });
  const metadata = { "x-page": `grpc-web-${format}` };
  const descriptor = (name, type) => {
    const { input, output } = service.method[name];
    const write = (request) => toBinary(input, create(input, request));
    const path = `/${service.typeName}/${service.method[name].name}`;
    return [origin + path, new MethodDescriptor(path, type, Object, Object, write, (read) => fromBinary(output, read))];
  };
  const unary = (name, request) =>
    new Promise((done, fail) => {
      const [url, method] = descriptor(name, MethodType.UNARY);
      client.rpcCall(url, request, metadata, method, (error, reply) => (error ? fail(error) : done(reply)));
    });
  const stream = (name, request, more = {}) => {
    const [url, method] = descriptor(name, MethodType.SERVER_STREAMING);
    return client.serverStreaming(url, request, { ...metadata, ...more }, method);
  };
  return {
    create: async (request) => (await unary("createProduct", request)).product,
    list: (request) =>
      new Promise((done, fail) => {
        const products = [];
        const listed = stream("listProducts", request);
        listed.on("data", (product) => products.push(product));
        listed.on("error", fail);
        listed.on("end", () => done(products));
      }),
    firstEvent: (request) =>
      new Promise((done, fail) => {
        const more = format === "binary" ? { deadline: String(Date.now() + 2000) } : {};
        const watched = stream("watchProduct", request, more);
        watched.on("data", (event) => {
          watched.cancel();
          done(event);
        });
        watched.on("error", fail);
        watched.on("end", () => fail(new Error("it ended without an event")));
      }),
    update: (request) => unary("updateProduct", request),
    codeOfMissing: () => unary("getProduct", { id: "missing" }).then(() => 0, (error) => error.code),
  };
}

async function visit(shop, name) {
  const created = await shop.create({ name: `Jug by ${name}`, price: 7.5, tags: ["page"] });
  if (created.name !== `Jug by ${name}`) throw new Error(`it created ${created.name}`);
  const listed = await shop.list({ pageSize: 100 });
  if (!listed.some((product) => product.id === created.id)) throw new Error("it does not list what it created");
  let seen = false;
  const event = shop.firstEvent({ productId: created.id }).finally(() => (seen = true));
  // Changes that come before the watcher are not for it.
  for (let price = 8; !seen; price += 1) {
    await shop.update({ id: created.id, update: { price } });
    await pause(200);
  }
  const { productId, type } = await event;
  if (productId !== created.id || type !== 2) throw new Error(`it saw ${productId} ${type}`);
  const code = await shop.codeOfMissing();
  if (code !== Code.NotFound) throw new Error(`a missing product is ${code}`);
  return `created ${created.id}, listed ${listed.length}, saw it change, missed what is not there`;
}

const shops = [
  ["connect-web", connectWeb()],
  ["grpc-web binary", grpcWeb("binary")],
  ["grpc-web text", grpcWeb("text")],
];
const lines = [];
for (const [name, shop] of shops) {
  const late = pause(PATIENCE).then(() => Promise.reject(new Error("it takes too long")));
  const said = await Promise.race([visit(shop, name), late]).then((done) => `ok ${name}: ${done}`, (error) => `FAILED ${name}: ${error}`);
  lines.push(said);
  document.querySelector("pre").append(`${said}\n`);
}
await fetch("/outcome", { method: "POST", body: lines.join("\n") });
