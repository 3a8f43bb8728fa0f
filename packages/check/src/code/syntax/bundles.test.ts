import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { analyzeFiles, callsOf } from "../testing/show-analysis.ts";

/** Bundles are told from files by their size. */
const PADDING = `var padding="${"x".repeat(160_000)}";`;

const ESM_HELPERS =
  "var D=Object.defineProperty;var h=(e,t)=>()=>(e&&(t=e(e=0)),t);var E=(e,t)=>{for(var r in t)D(e,r,{get:t[r],enumerable:!0})};";
const CJS_HELPERS =
  "var C=Object.create,D=Object.defineProperty,N=Object.getOwnPropertyNames,G=Object.getPrototypeOf,H=Object.prototype.hasOwnProperty;" +
  "var m=(e,t)=>()=>(t||e((t={exports:{}}).exports,t),t.exports);" +
  'var P=(e,t,r,n)=>{if(t&&typeof t=="object"||typeof t=="function")for(let o of N(t))!H.call(e,o)&&o!==r&&D(e,o,{get:()=>t[o],enumerable:!0});return e};' +
  'var T=(e,t,r)=>(r=e!=null?C(G(e)):{},P(t||!e||!e.__esModule?D(r,"default",{value:e,enumerable:!0}):r,e)),O=e=>P(D({},"__esModule",{value:!0}),e);' +
  "var E=(e,t)=>{for(var r in t)D(e,r,{get:t[r],enumerable:!0})};";

/** The same as esbuild writes them where it does not minify. */
const CJS_LONG = `
var __defProp = Object.defineProperty;
var __export = (target, all) => { for (var name in all) __defProp(target, name, { get: all[name], enumerable: true }); };
var __toCommonJS = (mod) => mod;
`;

const CLIENT =
  'var sh=e=>({apiVersion:"2006-03-01",serviceId:e?.serviceId??"S3",urlParser:e?.urlParser??up});' +
  'var rc=e=>{let t=dm(e),r=()=>t().then(ld),n=sh(e);return{...n,...e,runtime:"node",defaultsMode:t}};' +
  "var ky=class extends Et{config;constructor(...[t]){let n=rc(t||{});super(n),this.initConfig=n,this.middlewareStack.use(pl(this.config))}destroy(){super.destroy()}};";

describe("reading bundles", () => {
  it("tells code that came from no file from the package before it", async () => {
    const bundle = `
// node_modules/axios/lib/axios.js
var get = () => fetch("https://inside");

// <stdin>
var stdin_exports = {};
__export(stdin_exports, { handler: () => handler });
module.exports = __toCommonJS(stdin_exports);
// node_modules/axios/index.js
var axios_exports = {};

// <stdin>
async function handler() { console.log("own"); }
`;
    assert.deepEqual(await callsOf({ "index.js": CJS_LONG + bundle }), ['console.log("own")']);
  });

  it("takes what came from packages for the packages, by the comments that esbuild writes", async () => {
    const bundle = `
var __require = /* @__PURE__ */ ((x) => require(x))(function(x) { return require(x); });
// node_modules/@aws-sdk/client-s3/dist-es/S3Client.js
var S3Client2 = class extends Client {
  constructor(...[configuration]) { super(configuration); fetch("https://inside"); }
};

// node_modules/@aws-sdk/client-s3/dist-es/commands/PutObjectCommand.js
var PutObjectCommand = class extends command("PutObject") {
};

// node_modules/axios/lib/axios.js
var require_axios = __commonJS({
  "node_modules/axios/lib/axios.js"(exports, module) {
    module.exports = { get: () => console.log("inside") };
  }
});

// src/audit.ts
function audit(x) { console.log(x); }

// src/handler.ts
var import_axios = __toESM(require_axios());
var s3 = new S3Client2({});
var handler = async (event) => {
  await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET }));
  await import_axios.default.get("u");
  audit(event.id);
};
export {
  handler
};
`;
    assert.deepEqual(await callsOf({ "index.mjs": bundle }), [
      "new @aws-sdk/client-s3#S3Client({})",
      "new @aws-sdk/client-s3#PutObjectCommand({Bucket: $BUCKET})",
      "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#PutObjectCommand>)",
      'axios#default.get("u")',
      "console.log(event.id)",
    ]);
    const { imports } = await analyzeFiles({ "index.mjs": bundle });
    assert.deepEqual(
      imports.filter(({ kind }) => kind === "package").map(({ target }) => target),
      ["@aws-sdk/client-s3", "axios"],
    );
  });

  it("keeps every place where it was, whatever was cut out", async () => {
    const bundle = `// node_modules/x/a.js\nvar a = "ünïcödé 𝒳";\n\n// src/h.ts\nvar handler = () => console.log(a);\nexport { handler };\n`;
    const { calls } = await analyzeFiles({ "index.mjs": bundle });
    assert.equal(bundle.slice(calls[0]?.spot.offset).slice(0, 11), "console.log");
  });

  it("knows the SDK's classes in a minified bundle by the texts in them", async () => {
    const bundle =
      `${ESM_HELPERS}${PADDING}${CLIENT}` +
      'var Zn=pn(gB,"AmazonS3","S3Client",qn),hi={};var rq=class extends Zn(hi,vB,"PutObject",fG){};' +
      'var old=class extends cm.classBuilder().ep({...x}).m(function(e,t,r,n){return[a(r,this.serialize,this.deserialize)]}).s("AmazonS3","GetObject",{}).n("S3Client","GetObjectCommand").f(void 0,void 0).build(){};' +
      'var Pi=class extends dc(bp,mw,"PutItem",sc){},dc=mk(cp,"DynamoDB_20120810","DynamoDBClient",ge);' +
      "var dp=class extends Lt{input;inputKeyNodes={Item:et};clientCommand;constructor(t){super(),this.input=t,this.clientCommand=new Pi(this.input)}};" +
      'var dd=class e extends Et{config;constructor(t,n){if(super(t.config),t.x)throw new Error("@aws-sdk/lib-dynamodb - cacheMiddleware=true is not compatible")}static from(t,n){return new e(t,n)}};' +
      "var agg=class extends ky{};lo(cs,agg,{});" +
      "var up=class e extends ev{static MIN=1024;leavePartsOnError=!1;constructor(t){super()}};" +
      'var pg=mp(ky,rq,"ContinuationToken","NextContinuationToken","MaxKeys");' +
      'var c=new ky({}),d=dd.from(c),hd=async e=>{await c.send(new rq({Bucket:process.env.B})),await c.send(new old({Key:e.k})),await d.send(new dp({TableName:"t"})),await new agg().getObject({}),await new up({client:c}).done();for await(let p of pg({client:c},{}))console.log(p)};export{hd as handler};';
    assert.deepEqual(await callsOf({ "index.mjs": bundle }), [
      "new @aws-sdk/client-s3#S3Client({})",
      "new @aws-sdk/client-s3#PutObjectCommand({Bucket: $B})",
      "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#PutObjectCommand>)",
      "new @aws-sdk/client-s3#GetObjectCommand({Key: event.k})",
      "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
      "@aws-sdk/lib-dynamodb#DynamoDBDocumentClient.from(<@aws-sdk/client-s3#S3Client>)",
      'new @aws-sdk/lib-dynamodb#PutCommand({TableName: "t"})',
      "@aws-sdk/lib-dynamodb#DynamoDBDocumentClient.from().send(<@aws-sdk/lib-dynamodb#PutCommand>)",
      "new @aws-sdk/client-s3#S3()",
      "<@aws-sdk/client-s3#S3>.getObject({})",
      "new @aws-sdk/lib-storage#Upload({client: <@aws-sdk/client-s3#S3Client>})",
      "<@aws-sdk/lib-storage#Upload>.done()",
      "@aws-sdk/client-s3#paginatePutObject({client: <@aws-sdk/client-s3#S3Client>}, {})",
      "?console.log(@aws-sdk/client-s3#paginatePutObject().*)",
    ]);
  });

  it("knows the SDK's modules in a minified bundle of CommonJS", async () => {
    const bundle =
      `"use strict";${CJS_HELPERS}${PADDING}` +
      `var q=m(y=>{"use strict";${CLIENT}var Zn=pn(gB,"AmazonS3","S3Client",qn);var rq=class extends Zn(hi,vB,"PutObject",fG){};y.S3Client=ky;y.PutObjectCommand=rq;fetch("https://inside")});` +
      "var own=m((y,z)=>{z.exports={save:e=>console.log(e.id)}});" +
      "var X={};E(X,{handler:()=>hd});module.exports=O(X);var S=T(q()),W=T(own());" +
      "var c=new S.S3Client({}),hd=async e=>{await c.send(new S.PutObjectCommand({Bucket:process.env.B})),W.default.save(e)};0&&(module.exports={handler});";
    assert.deepEqual(await callsOf({ "index.js": bundle }), [
      "new @aws-sdk/client-s3#S3Client({})",
      "new @aws-sdk/client-s3#PutObjectCommand({Bucket: $B})",
      "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#PutObjectCommand>)",
      "console.log(event.id)",
    ]);
  });

  it("runs modules of a bundle when they are asked for, and what belongs to a name with it", async () => {
    const bundle =
      `${ESM_HELPERS}${PADDING}` +
      'var tbl,kind,init=h(()=>{"use strict";tbl="patients";kind={A:"a"};log("loaded")});' +
      'var Level;(e=>{e.High="high"})(Level||(Level={}));' +
      "function log(x){console.log(x)}function unused(){fetch('never')}fetch2.x=1;var fetch2={};" +
      "function Old(n){this.n=n}Old.prototype.run=function(e){console.log(this.n,e.a)};" +
      "var hd=e=>{init(),console.log(tbl,kind.A,Level.High),new Old(tbl).run(e)};export{hd as handler};";
    assert.deepEqual(await callsOf({ "index.mjs": bundle }), [
      'console.log("loaded")',
      'console.log("patients", "a", "high")',
      'console.log("patients", event.a)',
    ]);
  });

  it("runs a CommonJS module of a bundle once, also where its wrapper would run it again after an error", async () => {
    const bundle =
      "var m=(e,t)=>()=>{try{return t||e((t={exports:{}}).exports,t),t.exports}catch(r){throw t=0,r}};" +
      'var one=m((e,t)=>{console.log("loaded");t.exports={save:r=>console.log(r.id)}});' +
      "var two=m(e=>{var a=one();e.save=a.save});exports.handler=e=>{one();two().save(e);one().save(e)};";
    assert.deepEqual(await callsOf({ "index.js": bundle }), ['console.log("loaded")', "console.log(event.id)"]);
  });

  it("does not read well-known libraries of a minified bundle", async () => {
    const bundle =
      `${CJS_HELPERS}${PADDING}` +
      "var y=m(O=>{O.parse=z=>{fetch(z)};O.parseAllDocuments=O.parse;O.YAMLMap=class{};O.visitAsync=O.parse});" +
      "var L=class r extends U{appendPersistentKeys(e){fetch(e)}createAndPopulateLogItem(){fetch(1)}info(e){fetch(e)}};" +
      "var l=new L,p=T(y());exports.handler=e=>{l.info(p.parse(e.body))};";
    assert.deepEqual(await callsOf({ "index.js": bundle }), [
      "new @aws-lambda-powertools/logger#Logger()",
      "yaml#parse(event.body)",
      "<@aws-lambda-powertools/logger#Logger>.info(yaml#parse())",
    ]);
  });

  it("follows webpack's modules", async () => {
    const bundle = `(()=>{"use strict";var e={10:(e,t,r)=>{Object.defineProperty(t,"__esModule",{value:!0});t.save=void 0;const n=r(20);t.save=e=>n.put(e)},20:(e,t)=>{t.put=e=>console.log(e.id)},30:e=>{e.exports=require("@aws-sdk/client-s3")}},t={};
function r(n){var o=t[n];if(void 0!==o)return o.exports;var i=t[n]={exports:{}};return e[n](i,i.exports,r),i.exports}
var n={};(()=>{var e=n;e.handler=void 0;const t=r(10),o=r(30),c=new o.S3Client({});e.handler=async e=>{await c.send(new o.GetObjectCommand({Key:e.k}));t.save(e)}})();module.exports=n})();`;
    assert.deepEqual(await callsOf({ "index.js": bundle }), [
      "new @aws-sdk/client-s3#S3Client({})",
      "new @aws-sdk/client-s3#GetObjectCommand({Key: event.k})",
      "<@aws-sdk/client-s3#S3Client>.send(<@aws-sdk/client-s3#GetObjectCommand>)",
      "console.log(event.id)",
    ]);
  });
});
