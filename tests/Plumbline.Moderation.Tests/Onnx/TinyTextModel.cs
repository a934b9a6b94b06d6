using Plumbline.Moderation.Onnx;
using Plumbline.Moderation.Onnx.Import;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Onnx;

/// <summary>A folder with a classifier whose logits are sums of one row a token, so that every score can be computed by hand.</summary>
internal sealed class TinyTextModel : IDisposable
{
    public const int Unknown = 0;
    public const int Class = 1;
    public const int Separator = 2;
    public const int Plain = 3;
    public const int Bad = 4;
    public const int Cruel = 5;

    private readonly TemporaryFolder folder = new();

    public TinyTextModel(
        float[][] rows,
        string? config = """{"id2label": {"0": "fine", "1": "hate"}}""",
        OnnxType type = OnnxType.Int64,
        string[]? inputs = null
    )
    {
        folder.Write("tokenizer.json", Tokenizer);
        if (config is not null)
        {
            folder.Write("config.json", config);
        }

        File.WriteAllBytes(folder.File("model.onnx"), Model(rows, type, inputs ?? ["input_ids", "attention_mask"]));
    }

    public string Path => folder.Path;

    public string FileOf(string name) => folder.File(name);

    public static float[][] Rows(float bad, float cruel = 0)
    {
        var rows = new float[6][];
        Array.Fill(rows, [0, 0]);
        rows[Bad] = [0, bad];
        rows[Cruel] = [0, cruel];
        return rows;
    }

    public OnnxTextOptions Options() =>
        new()
        {
            Folder = folder.Path,
            Hazards = new Dictionary<string, string> { ["hate"] = "S10" },
            Ignored = ["fine"],
        };

    public void Dispose() => folder.Dispose();

    public static byte[] Model(float[][] rows, OnnxType type, string[] inputs, string output = "logits", long size = -1)
    {
        var labels = rows[0].Length;
        var graph = new OnnxModelBuilder("sum");
        foreach (var input in inputs)
        {
            graph.Input(input, type, size, size);
        }

        var table = graph.Weights("rows", [.. rows.SelectMany(row => row)], rows.Length, labels);
        var vectors = graph.Add("Gather", [table, inputs[0]]);
        if (inputs.Contains("attention_mask"))
        {
            var mask = graph.Add("Cast", ["attention_mask"], OnnxAttribute.Of("to", (long)OnnxType.Float));
            vectors = graph.Add("Mul", [vectors, graph.Add("Unsqueeze", [mask, graph.Integers("last", 2)])]);
        }

        if (inputs.Contains("token_type_ids"))
        {
            // Types of 1 would move every score.
            var types = graph.Add("Cast", ["token_type_ids"], OnnxAttribute.Of("to", (long)OnnxType.Float));
            vectors = graph.Add("Add", [vectors, graph.Add("Unsqueeze", [types, graph.Integers("last", 2)])]);
        }

        var sums = graph.Add("ReduceSum", [vectors, graph.Integers("axes", 1)], OnnxAttribute.Of("keepdims", 0L));
        graph.Output(output, sums, OnnxType.Float, -1, labels);
        return graph.ToArray();
    }

    private const string Tokenizer = """
        {
          "version": "1.0",
          "added_tokens": [
            {"id": 0, "content": "[UNK]", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
            {"id": 1, "content": "[CLS]", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false},
            {"id": 2, "content": "[SEP]", "special": true, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}
          ],
          "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
          "pre_tokenizer": {"type": "BertPreTokenizer"},
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [],
            "special_tokens": {
              "[CLS]": {"id": "[CLS]", "ids": [1], "tokens": ["[CLS]"]},
              "[SEP]": {"id": "[SEP]", "ids": [2], "tokens": ["[SEP]"]}
            }
          },
          "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
          "model": {
            "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "word": 3, "bad": 4, "cruel": 5}
          }
        }
        """;
}
