using System.Text;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Data;

public sealed class DatasetFuzzTests
{
    private static readonly string[] Lines =
    [
        """{"prompt": "P", "chosen": "a\u00e9\n", "rejected": [{"role": "assistant", "content": "b"}], "label": true}""",
        """{"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}, {"role": "assistant", "content": "y\ud83d\ude42"}]}""",
        """{"chosen": "\n\nHuman: Q\n\nAssistant: A", "rejected": "\n\nHuman: Q\n\nAssistant: B"}""",
        """{"prompt": "P", "answers": ["a", "b", "c"], "ranks": [2, 1, 1]}""",
        """{"prompt": "P", "completions": ["a", "b\u00e9"], "labels": [true, 0.5]}""",
        """{"prompt": {"text": "Q", "role": "prompter", "replies": [{"text": "a", "role": "assistant", "rank": 0}, {"text": "b", "role": "assistant", "rank": 1}]}}""",
        """{"instruction": "I", "instances": [{"input": "1", "output": "2"}], "input": "x", "output": "y"}""",
        """{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}], "system": "S", "text": "t"}""",
    ];

    [Theory]
    [InlineData("rows.jsonl")]
    [InlineData("rows.json")]
    [InlineData("rows.csv")]
    [InlineData("rows.jsonl.gz")]
    public void Damaged_files_are_read_or_refused_and_nothing_else(string name)
    {
        using var folder = new TemporaryFolder();
        var shapes = Enum.GetValues<DatasetShape>();
        byte[][] good = name switch
        {
            "rows.jsonl" => [.. Lines.Select(line => Utf8($"{line}\n{line}\r\n{line}"))],
            "rows.json" => [Utf8($"[{string.Join(",\n", Lines)}]"), .. Lines.Select(line => Utf8($"[{line}, {line}]"))],
            "rows.csv" =>
            [
                Utf8("prompt,chosen,rejected\n\"a \"\"b\"\"\nc\",d,e\r\nf,\"g,h\",i\n"),
                Utf8("text\na\n\"b\"\n"),
                Utf8("prompt,completions,labels\nP,\"[\"\"a\"\"]\",[1]\n"),
            ],
            _ => [.. Lines.Select(line => Rows.Gzip($"{line}\n{line}\n"))],
        };

        var round = 0;

        ByteFuzzer.Run(good, 2500, new Seed(20), Read);

        void Read(byte[] bytes)
        {
            var path = folder.WriteBytes(name, bytes);
            var shape = round++ % 2 == 0 ? (DatasetShape?)null : shapes[round / 2 % shapes.Length];
            foreach (var example in DatasetReader.Open(new DatasetOptions(path) { Shape = shape, MaxRowBytes = 4096 }).Read())
            {
                Assert.Equal(ExampleId.Of(example), example.Id);
            }
        }
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
