"""Trains small SentencePiece models, lets SentencePiece encode the texts, and writes tokenizer.json files for make_goldens.js.

Run: python3 make_models.py   (Debian's python3-sentencepiece 0.1.97). See README.md.
"""

import base64
import collections
import gzip
import json
import os
import random
import re
import sys
import tempfile
import unicodedata

import sentencepiece as spm

HERE = os.path.dirname(os.path.abspath(__file__))

# Written for this file: every script, sign and oddity the tests should meet.
TEXTS = [
    "",
    " ",
    "a",
    "Hello world",
    " Hello  world ",
    "The lazy fox doesn't jump; it'll rest. WE'RE done, I'VE said!",
    "Ein größerer Käse kostet 12,50 € in Zürich.",
    "naïve café – e\u0301t\u00e9, A\u030angstr\u00f6m",
    "\u1e69 s\u0323\u0307 s\u0307\u0323 \u0344 a\u0315\u0300\u05ae\u0062",
    "😀😃 👩‍👩‍👧 👍🏽 🇩🇪🇫🇷 1️⃣ ❤️",
    "日本語のテキストです。東京タワー",
    "我们今天去北京，明天回来。２０２６年",
    "한국어 문장입니다. \u1112\u1161\u11ab",
    "مرحبا بالعالم، كيف حالك؟ ١٢٣",
    "नमस्ते दुनिया, हिन्दी में लिखो। क्षत्रिय",
    "Привет, мир! Ёлка",
    "Καλημέρα κόσμε ΣΊΣΥΦΟΣ",
    "İstanbul ıssız ẞtraße ﬁnal ﬀ ½ ² ㎏ ① Ⅷ ｆｕｌｌ",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘𝟙𝟚 𠮷野家 𝓍",
    "def f(x):\n    return x ** 2  # square\n\n\tif (a && b) { c[i]++; }\n",
    "<div class=\"a\">text</div> https://example.org/a?b=c&d=1#e",
    "1234567890 3.14159 1,000,000 0x1F 2026-01-02T03:04:05Z",
    "a    b\t\tc \n\n\n d\r\n\r\n   e   ",
    "\u00a0nbsp\u3000ideographic\u2003em\u200bzero\u2028line\ufeffbom",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "!!!??? ... --- *** ''' \"\"\" `` ~~ || \\\\ //",
    "\u0000\u0001\u0007\u007f\u0085\ufffd\ue000",
    "▁already▁marked ▁ ▁▁",
    "<s>[INST] Hi [/INST]</s> <unk> <0x41> <pad>",
    "[CLS] mask the [MASK] word [SEP] ##ing",
    "don't can't I'm you've we'd they're it's o'clock 'quoted'",
    "supercalifragilisticexpialidocious antidisestablishmentarianism",
    "x" * 120 + " y",
    "mixed日本and한국어with العربية inside",
    "\n",
    "\n\n  \n",
    "word\u0301\u0302\u0303\u0304 \u0301alone",
    "end with space ",
    "CamelCase snake_case kebab-case SCREAMING_CASE iPhone15Pro",
    "''s 't 'S 'LL 'ſ d'd",
]

WORDS = {
    "en": "the a cat dog fox house river jumps runs sees over under lazy quick brown said that will not don't it'll world hello".split(),
    "de": "der die das größere Käse Haus Straße läuft springt über unter nicht schön Zürich kostet viel Welt".split(),
    "fr": "le la été café naïve garçon où ça mange court très maison monde".split(),
    "ru": "привет мир дом река бежит прыгает быстро ёлка снег и не".split(),
    "el": "καλημέρα κόσμε σπίτι ποτάμι και όχι".split(),
    "ar": "مرحبا بالعالم البيت النهر كيف حالك نعم لا".split(),
    "hi": "नमस्ते दुनिया हिन्दी में लिखो घर नदी और नहीं".split(),
    "ko": "안녕 세계 한국어 문장 집 강 그리고 아니요".split(),
    "code": "def return if else for x y i = == ( ) { } [ ] ++ ; ; // # print(x) f(x): \n\n \n".split(" "),
}
CJK = "日本語のテキストです東京我们今天去北京明天回来，。"


def corpus():
    source = random.Random(1)
    lines = []
    for index in range(3000):
        language = list(WORDS)[index % len(WORDS)]
        words = [source.choice(WORDS[language]) for _ in range(source.randint(3, 12))]
        line = " ".join(words)
        if index % 7 == 0:
            line += " " + "".join(source.choice(CJK) for _ in range(6))
        if index % 5 == 0:
            line += " " + str(source.randint(0, 99999))
        lines.append(line + source.choice([".", "!", "?", "", ","]))
    return lines


RULES = {
    "ﬁ": "fi",
    "ﬀ": "ff",
    "½": "1/2",
    "e\u0301": "é",
    "\u00a0": " ",
    "\u3000": " ",
    "\t": " ",
    "\n": " ",
    "\u200b": "",
    "ｆ": "f",
    "Ⅷ": "VIII",
    "ẞ": "SS",
}


def train(name, folder, **options):
    # Names without a folder: the model records them.
    os.chdir(folder)
    with open("corpus.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(line.replace("\n", " ") for line in corpus()))
    spm.SentencePieceTrainer.train(
        input="corpus.txt", model_prefix=name, character_coverage=0.999, minloglevel=2, num_threads=1, **options
    )
    with open(name + ".model", "rb") as file:
        return file.read()


def varint(value):
    out = b""
    while True:
        out += bytes([(value & 127) | (128 if value > 127 else 0)])
        value >>= 7
        if not value:
            return out


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        if key & 7 == 0:
            value, at = read_varint(data, at)
        elif key & 7 == 2:
            length, at = read_varint(data, at)
            value, at = data[at : at + length], at + length
        elif key & 7 == 5:
            value, at = data[at : at + 4], at + 4
        else:
            value, at = data[at : at + 8], at + 8
        yield key >> 3, key & 7, value


def character_map(model):
    """The precompiled character map of a model, and the model without it."""
    found, rest = b"", b""
    for field, wire, value in fields(model):
        if field == 3:
            inner = b""
            for number, kind, content in fields(value):
                if number == 2:
                    found = content
                elif kind == 2:
                    inner += varint(number << 3 | 2) + varint(len(content)) + content
                else:
                    inner += varint(number << 3) + varint(content)
            value = inner
        if wire == 2:
            rest += varint(field << 3 | 2) + varint(len(value)) + value
    return found, rest


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def sentencepiece_models(folder):
    rules = "rules.tsv"
    with open(os.path.join(folder, rules), "w", encoding="utf-8") as file:
        for source, target in RULES.items():
            file.write(
                " ".join(f"{ord(c):X}" for c in source) + "\t" + " ".join(f"{ord(c):X}" for c in target) + "\n"
            )
    llama = dict(
        model_type="bpe",
        vocab_size=900,
        byte_fallback=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        split_digits=True,
    )
    return {
        "llama": train("llama", folder, **llama),
        "gemma": train(
            "gemma",
            folder,
            **{**llama, "vocab_size": 930},
            add_dummy_prefix=False,
            allow_whitespace_only_pieces=True,
            user_defined_symbols=["<start>", "\n", "\n\n", "▁▁", "▁▁▁", "</div>"],
        ),
        "unigram": train("unigram", folder, model_type="unigram", vocab_size=500, normalization_rule_tsv=rules),
        "unigram-bytes": train(
            "unigram-bytes",
            folder,
            model_type="unigram",
            vocab_size=800,
            byte_fallback=True,
            normalization_rule_tsv=rules,
            remove_extra_whitespaces=False,
            user_defined_symbols=["<sep>", "x", "日本"],
        ),
        "unigram-nmt-nfkc": train("nmt", folder, model_type="unigram", vocab_size=450, normalization_rule_name="nmt_nfkc"),
    }


def processor(data, folder):
    path = os.path.join(folder, "any.model")
    with open(path, "wb") as file:
        file.write(data)
    return spm.SentencePieceProcessor(model_file=path)


def sentencepiece_goldens(models, folder):
    goldens = {}
    for name, data in models.items():
        model = processor(data, folder)
        cases = []
        for text in TEXTS:
            ids = model.encode(text)
            cases.append({"text": text, "ids": ids, "decoded": model.decode(ids)})
        goldens[name] = cases
        if name == "unigram-nmt-nfkc":
            found, data = character_map(data)
            write("nmt_nfkc.charsmap.gz", gzip.compress(found, 9, mtime=0))
        write(name + ".model", data)
    write("sentencepiece.json", (json.dumps(goldens, ensure_ascii=True, separators=(",", ":")) + "\n").encode())


def added(content, id, special=True, **more):
    token = dict(
        id=id, content=content, single_word=False, lstrip=False, rstrip=False, normalized=not special, special=special
    )
    token.update(more)
    return token


def pieces_of(data):
    pieces = []
    for field, _, value in fields(data):
        if field == 1:
            piece = {1: b"", 2: b"\0\0\0\0", 3: 1}
            for number, _, content in fields(value):
                piece[number] = content
            import struct

            pieces.append((piece[1].decode(), struct.unpack("<f", piece[2])[0], piece[3]))
    return pieces


def bpe_of(data):
    """The merges that a model's scores amount to, as transformers converts them."""
    pieces = pieces_of(data)
    vocabulary = {text: id for id, (text, _, _) in enumerate(pieces)}
    normal = {text for text, _, kind in pieces if kind == 1}
    merges = []
    for text, score, kind in pieces:
        if kind == 1:
            local = [
                (text[:cut], text[cut:], score)
                for cut in range(1, len(text))
                if text[:cut] in normal and text[cut:] in normal
            ]
            merges += sorted(local, key=lambda m: (vocabulary[m[0]], vocabulary[m[1]]))
    merges.sort(key=lambda m: -m[2])
    return vocabulary, [[left, right] for left, right, _ in merges]


def byte_alphabet():
    visible = list(range(33, 127)) + list(range(0xA1, 0xAD)) + list(range(0xAE, 0x100))
    table, extra = {}, 256
    for value in range(256):
        if value in visible:
            table[value] = chr(value)
        else:
            table[value] = chr(extra)
            extra += 1
    return table


def train_bpe(words, symbols_of, count):
    """The plainest BPE trainer: counts all pairs again after each merge."""
    counted = collections.Counter(tuple(symbols_of(word)) for word in words)
    merges = []
    for _ in range(count):
        pairs = collections.Counter()
        for word, frequency in counted.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += frequency
        if not pairs:
            break
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(list(best))
        merged = collections.Counter()
        for word, frequency in counted.items():
            out, at = [], 0
            while at < len(word):
                if word[at : at + 2] == best:
                    out.append(word[at] + word[at + 1])
                    at += 2
                else:
                    out.append(word[at])
                    at += 1
            merged[tuple(out)] += frequency
        counted = merged
    return merges


def byte_level(count=400):
    table = byte_alphabet()
    words = [word for line in corpus() for word in re.findall(r" ?[^\s]+|\s+", line)]
    merges = train_bpe(words, lambda word: [table[value] for value in word.encode()], count)
    vocabulary = {}
    for character in sorted(table.values()):
        vocabulary[character] = len(vocabulary)
    for left, right in merges:
        vocabulary.setdefault(left + right, len(vocabulary))
    return vocabulary, merges


def step(type, **more):
    return {"type": type, **more}


def replace(text, content):
    return step("Replace", pattern={"String": text}, content=content)


def split(regex, behavior="Isolated", invert=False):
    return step("Split", pattern={"Regex": regex}, behavior=behavior, invert=invert)


BYTES = step("ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=False)
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
POSSESSIVE = r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
DEEPSEEK = (
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def tokenizer(model, normalizer=None, pre_tokenizer=None, post_processor=None, decoder=None, added_tokens=()):
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": list(added_tokens),
        "normalizer": normalizer,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": post_processor,
        "decoder": decoder,
        "model": model,
    }


def sequence(*steps, key):
    return {"type": "Sequence", key: list(steps)}


def template(first, last=()):
    return step(
        "TemplateProcessing",
        single=[{"SpecialToken": {"id": t, "type_id": 0}} for t, _ in first]
        + [{"Sequence": {"id": "A", "type_id": 0}}]
        + [{"SpecialToken": {"id": t, "type_id": 0}} for t, _ in last],
        pair=[{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        special_tokens={t: {"id": t, "ids": [i], "tokens": [t]} for t, i in [*first, *last]},
    )


def byte_level_tokenizers():
    vocabulary, merges = byte_level()
    size = len(vocabulary)
    end = added("<|end|>", size)
    think = added("<think>", size + 1, special=False, normalized=False)

    def model(**more):
        return {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            **more,
            "vocab": vocabulary,
            "merges": merges,
        }

    decoder = step("ByteLevel", add_prefix_space=True, trim_offsets=True, use_regex=True)
    gpt2 = step("ByteLevel", add_prefix_space=False, trim_offsets=True, use_regex=True)
    splits = {
        "llama3": (None, sequence(split(LLAMA3), BYTES, key="pretokenizers")),
        "qwen": (step("NFC"), sequence(split(QWEN), BYTES, key="pretokenizers")),
        "smollm": (None, sequence(step("Digits", individual_digits=True), gpt2, key="pretokenizers")),
        "possessive": (None, sequence(split(POSSESSIVE), BYTES, key="pretokenizers")),
        "o200k": (None, sequence(split(O200K), BYTES, key="pretokenizers")),
        "deepseek": (
            None,
            sequence(
                split(r"\p{N}{1,3}"), split("[一-龥぀-ゟ゠-ヿ]+"), split(DEEPSEEK), BYTES, key="pretokenizers"
            ),
        ),
        "falcon": (
            None,
            sequence(
                step("Punctuation", behavior="Contiguous"),
                gpt2,
                step("Digits", individual_digits=False),
                split("[0-9][0-9][0-9]"),
                key="pretokenizers",
            ),
        ),
        "gpt2": (None, gpt2),
    }
    files = {}
    for name, (normalizer, pre) in splits.items():
        files[name] = tokenizer(
            model(ignore_merges=name == "llama3"), normalizer, pre, decoder=decoder, added_tokens=[end, think]
        )
    prefix = {**gpt2, "add_prefix_space": True}
    files["roberta"] = tokenizer(
        model(),
        None,
        prefix,
        step("RobertaProcessing", sep=["</s>", size + 1], cls=["<s>", size], trim_offsets=True, add_prefix_space=True),
        decoder,
        [added("<s>", size), added("</s>", size + 1), added("<mask>", size + 2, lstrip=True)],
    )
    return files


def clip():
    table = byte_alphabet()
    words = [word.lower() for line in corpus() for word in re.findall(r"\w+|[^\w\s]+", line)]

    def symbols(word):
        letters = [table[value] for value in word.encode()]
        return letters[:-1] + [letters[-1] + "</w>"]

    merges = train_bpe(words, symbols, 200)
    vocabulary = {}
    for character in sorted(table.values()):
        vocabulary[character] = len(vocabulary)
    for character in sorted(table.values()):
        vocabulary[character + "</w>"] = len(vocabulary)
    for left, right in merges:
        vocabulary.setdefault(left + right, len(vocabulary))
    size = len(vocabulary)
    return tokenizer(
        {
            "type": "BPE",
            "unk_token": "<|endoftext|>",
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": False,
            "vocab": {**vocabulary, "<|startoftext|>": size, "<|endoftext|>": size + 1},
            "merges": [f"{left} {right}" for left, right in merges],
        },
        sequence(step("NFC"), step("Replace", pattern={"Regex": r"\s+"}, content=" "), step("Lowercase"), key="normalizers"),
        sequence(
            split(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", behavior="Removed", invert=True),
            BYTES,
            key="pretokenizers",
        ),
        step(
            "RobertaProcessing",
            sep=["<|endoftext|>", size + 1],
            cls=["<|startoftext|>", size],
            trim_offsets=False,
            add_prefix_space=False,
        ),
        step("ByteLevel", add_prefix_space=True, trim_offsets=True, use_regex=True),
        [added("<|startoftext|>", size), added("<|endoftext|>", size + 1)],
    )


def sentencepiece_like(models):
    vocabulary, merges = bpe_of(models["llama"])
    tokens = [added("<unk>", 0), added("<s>", 1), added("</s>", 2)]

    def model(vocabulary, merges, **more):
        return {
            "type": "BPE",
            "dropout": None,
            "unk_token": "<unk>",
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            **more,
            "vocab": vocabulary,
            "merges": merges,
        }

    strip = step("Strip", content=" ", start=1, stop=0)
    ending = [replace("▁", " "), step("ByteFallback"), step("Fuse")]
    metaspace = step("Metaspace", replacement="▁", prepend_scheme="first", split=False)
    gemma_vocabulary, gemma_merges = bpe_of(models["gemma"])
    user = ["<start>", "\n", "\n\n", "▁▁", "▁▁▁", "</div>"]
    without_bytes = {text: id for text, id in vocabulary.items() if not text.startswith("<0x")}
    without_bytes = {text: index for index, text in enumerate(without_bytes)}
    return {
        "llama2": tokenizer(
            model(vocabulary, merges),
            sequence(step("Prepend", prepend="▁"), replace(" ", "▁"), key="normalizers"),
            None,
            template([("<s>", 1)]),
            sequence(*ending, strip, key="decoders"),
            tokens,
        ),
        "mistral": tokenizer(
            model(vocabulary, merges, ignore_merges=True),
            None,
            metaspace,
            template([("<s>", 1)]),
            sequence(*ending, strip, key="decoders"),
            tokens,
        ),
        "gemma": tokenizer(
            model(gemma_vocabulary, gemma_merges),
            replace(" ", "▁"),
            step("Split", pattern={"String": " "}, behavior="MergedWithPrevious", invert=False),
            template([("<s>", 1)]),
            sequence(*ending, key="decoders"),
            tokens + [added(text, gemma_vocabulary[text], special=False, normalized=False) for text in user],
        ),
        "no-bytes": tokenizer(
            model(without_bytes, merges, byte_fallback=False, fuse_unk=False),
            None,
            step("Metaspace", replacement="▁", prepend_scheme="always"),
            None,
            step("Metaspace", replacement="▁", prepend_scheme="always", split=True),
            tokens,
        ),
    }


def unigram_tokenizers(models):
    def model(data, **more):
        pieces = pieces_of(data)
        return {"type": "Unigram", "unk_id": 0, "byte_fallback": False, **more, "vocab": [[t, s] for t, s, _ in pieces]}

    tokens = [added("<unk>", 0), added("<s>", 1), added("</s>", 2)]
    small, _ = character_map(models["unigram"])
    encoded = base64.b64encode(small).decode()
    metaspace = step("Metaspace", replacement="▁", add_prefix_space=True)
    size = len(pieces_of(models["unigram"]))
    return {
        # make_goldens.js and the test put the map of nmt_nfkc.charsmap.gz in place of the marker.
        "t5": tokenizer(
            model(models["unigram-nmt-nfkc"]),
            step("Precompiled", precompiled_charsmap="@nmt_nfkc"),
            sequence(step("WhitespaceSplit"), metaspace, key="pretokenizers"),
            template([], [("</s>", 2)]),
            metaspace,
            tokens,
        ),
        "albert": tokenizer(
            model(models["unigram"]),
            sequence(
                replace("``", '"'),
                replace("''", '"'),
                step("NFKD"),
                step("StripAccents"),
                step("Lowercase"),
                step("Precompiled", precompiled_charsmap=encoded),
                step("Replace", pattern={"Regex": " {2,}"}, content=" "),
                key="normalizers",
            ),
            step("Metaspace", replacement="▁", prepend_scheme="always", split=True),
            template([("<s>", 1)], [("</s>", 2)]),
            step("Metaspace", replacement="▁", prepend_scheme="always", split=True),
            tokens + [added("[MASK]", size, lstrip=True)],
        ),
        "unigram-bytes": tokenizer(
            model(models["unigram-bytes"], byte_fallback=True),
            sequence(step("Nmt"), step("NFKC"), step("Strip", strip_left=False, strip_right=True), key="normalizers"),
            step("Metaspace", replacement="▁", prepend_scheme="first", split=True),
            None,
            sequence(step("ByteFallback"), step("Metaspace", replacement="▁", prepend_scheme="always"), key="decoders"),
            tokens,
        ),
    }


def word_pieces():
    counted = collections.Counter()
    for line in corpus():
        folded = unicodedata.normalize("NFD", line.lower())
        folded = "".join(c for c in folded if unicodedata.category(c) != "Mn")
        counted.update(re.findall(r"\w+|[^\w\s]", folded))
    characters = sorted({c for word in counted for c in word} | set("abcdefghijklmnopqrstuvwxyz0123456789.,!?'-<>[]():"))
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + characters + ["##" + c for c in characters]
    tokens += [word for word, _ in counted.most_common(120) if len(word) > 1]
    tokens += ["##s", "##ing", "##tion", "##er", "##ed", "super", "##cali", "##world"]
    vocabulary = {}
    for token in tokens:
        vocabulary.setdefault(token, len(vocabulary))
    return vocabulary


def word_piece_tokenizers():
    vocabulary = word_pieces()
    specials = [added(token, vocabulary[token]) for token in ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]]

    def model(**more):
        return {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            **more,
            "vocab": vocabulary,
        }

    cls, sep = ("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])
    return {
        "bert-uncased": tokenizer(
            model(),
            step("BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=True),
            step("BertPreTokenizer"),
            template([cls], [sep]),
            step("WordPiece", prefix="##", cleanup=True),
            specials,
        ),
        "bert-cased": tokenizer(
            model(max_input_chars_per_word=12),
            step("BertNormalizer", clean_text=True, handle_chinese_chars=False, strip_accents=True, lowercase=False),
            step("Whitespace"),
            step("BertProcessing", sep=list(sep), cls=list(cls)),
            step("WordPiece", prefix="##", cleanup=False),
            specials,
        ),
        "word-lines": tokenizer(
            model(),
            sequence(step("NFD"), step("Lowercase"), step("Strip", strip_left=True, strip_right=True), key="normalizers"),
            sequence(step("CharDelimiterSplit", delimiter="\n"), step("WhitespaceSplit"), key="pretokenizers"),
            None,
            None,
            specials,
        ),
    }


DECODER_TOKENS = (
    "▁Hello ▁▁two ▁ world lo Ġhi ĊĊ Ã © a</w> b</w>c d ##ing ##s . , ! ? ' n't 's 've do don't not é 日本 <0xE2> <0x82> <0xAC> <0xFF> "
    "xx xax x"
).split() + [" ", "  ", " lead", "trail ", " both ", " ' ", " do not"]


def decoders():
    """Decoders, and lists of tokens for each to decode. Runs of byte tokens are whole characters or wrong from their first byte on."""
    source = random.Random(2)
    euro = ["<0xE2>", "<0x82>", "<0xAC>"]
    plain = [token for token in DECODER_TOKENS if not token.startswith("<0x")]
    cases = [["▁Hello"], ["a</w>"], ["lo"]]
    for index in range(40):
        tokens = []
        for _ in range(source.randint(1, 8)):
            kind = source.random()
            tokens += euro * source.randint(1, 2) if kind < 0.15 else [source.choice(plain)]
            if kind > 0.92:
                tokens += [source.choice(plain), source.choice(["<0xFF>", "<0xE2>", "<0xAC>"]), source.choice(plain)]
        # The engine ends the process where Strip meets a token that is shorter than what it may strip.
        tokens.insert(source.choice([0, len(tokens)]), "lo")
        cases.append(tokens)
    ending = [replace("▁", " "), step("ByteFallback"), step("Fuse")]
    files = {
        "none": None,
        "byte-level": step("ByteLevel", add_prefix_space=True, trim_offsets=True, use_regex=True),
        "metaspace-always": step("Metaspace", replacement="▁", prepend_scheme="always", split=True),
        "metaspace-first": step("Metaspace", replacement="▁", prepend_scheme="first", split=True),
        "metaspace-never": step("Metaspace", replacement="▁", prepend_scheme="never", split=True),
        "metaspace-old": step("Metaspace", replacement="▁", add_prefix_space=True),
        "word-piece": step("WordPiece", prefix="##", cleanup=True),
        "word-piece-as-is": step("WordPiece", prefix="##", cleanup=False),
        "word-end": step("BPEDecoder", suffix="</w>"),
        "llama": sequence(*ending, step("Strip", content=" ", start=1, stop=0), key="decoders"),
        "strip-both": sequence(replace("▁", " "), step("Fuse"), step("Strip", content="x", start=2, stop=3), key="decoders"),
        "strip-left-of-each": sequence(step("Strip", content="x", start=1, stop=0), key="decoders"),
        "fuse-first": sequence(step("Fuse"), step("Metaspace", replacement="▁", prepend_scheme="always", split=True), key="decoders"),
        "replace-late": sequence(
            step("Fuse"), replace("xa", "<>"), step("Replace", pattern={"Regex": "x+"}, content="y"), key="decoders"
        ),
        "bytes-then-words": sequence(step("ByteFallback"), step("WordPiece", prefix="##", cleanup=False), key="decoders"),
    }
    vocabulary = {}
    for token in DECODER_TOKENS:
        vocabulary.setdefault(token, len(vocabulary))
    tokenizers = {
        name: tokenizer({"type": "BPE", "unk_token": None, "fuse_unk": False, "vocab": vocabulary, "merges": []}, decoder=decoder)
        for name, decoder in files.items()
    }
    return {"tokenizers": tokenizers, "cases": [[vocabulary[token] for token in case] for case in cases]}


def main():
    target = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        models = sentencepiece_models(folder)
        sentencepiece_goldens(models, folder)
        os.chdir(HERE)
    files = {
        **byte_level_tokenizers(),
        "clip": clip(),
        **sentencepiece_like(models),
        **unigram_tokenizers(models),
        **word_piece_tokenizers(),
    }
    write("texts.json", (json.dumps(TEXTS, ensure_ascii=True, indent=0) + "\n").encode())
    files["decoders"] = decoders()
    for name, file in files.items():
        with open(os.path.join(target, name + ".json"), "w", encoding="utf-8") as out:
            json.dump(file, out, ensure_ascii=True, separators=(",", ":"))


main()
