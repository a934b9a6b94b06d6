// Lets Hugging Face's own engine encode the texts with every tokenizer that make_models.py wrote, and stores both. See README.md.
// Run: node make_goldens.js FOLDER   (npm package tokenizers 0.23.2)
const fs = require("fs");
const path = require("path");
const zlib = require("zlib");
const { Tokenizer } = require("tokenizers");

const folder = process.argv[2];
const texts = JSON.parse(fs.readFileSync(path.join(__dirname, "texts.json")));
const map = zlib.gunzipSync(fs.readFileSync(path.join(__dirname, "nmt_nfkc.charsmap.gz"))).toString("base64");
const ascii = (value) =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"));

(async () => {
  const decoders = JSON.parse(fs.readFileSync(path.join(folder, "decoders.json")));
  const decoded = {};
  for (const [name, tokenizer] of Object.entries(decoders.tokenizers)) {
    const engine = Tokenizer.fromString(JSON.stringify(tokenizer));
    decoded[name] = { decoder: tokenizer.decoder, texts: [] };
    for (const ids of decoders.cases) {
      decoded[name].texts.push(await engine.decode(ids, true));
    }
  }

  const vocab = Object.values(decoders.tokenizers)[0].model.vocab;
  fs.writeFileSync(path.join(__dirname, "decoders.json"), ascii({ vocab, cases: decoders.cases, decoded }) + "\n");

  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith(".json") && file !== "decoders.json")) {
    const source = fs.readFileSync(path.join(folder, name), "utf8");
    const tokenizer = Tokenizer.fromString(source.replace("@nmt_nfkc", map));
    const cases = [];
    for (const text of texts) {
      // What stands for users' text must not be mistaken for a special token: the engine parses those, so texts that hold one are compared as trusted.
      const plain = (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
      const full = (await tokenizer.encode(text, null, { addSpecialTokens: true })).getIds();
      cases.push({ ids: plain, full, decoded: await tokenizer.decode(plain, true), raw: await tokenizer.decode(plain, false) });
    }

    const golden = `{"tokenizer":${source},\n"cases":[\n${cases.map(ascii).join(",\n")}\n]}\n`;
    fs.writeFileSync(path.join(__dirname, name), golden);
  }
})();
