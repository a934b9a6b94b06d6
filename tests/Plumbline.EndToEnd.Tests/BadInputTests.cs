using System.IO.Compression;
using System.Text;
using Plumbline.Testing;

namespace Plumbline.EndToEnd.Tests;

/// <summary>What cannot be used is refused with code 2, a place and a mend, before anything is trained.</summary>
public sealed class BadInputTests
{
    private const string GoodRow = """{"chosen": "\n\nHuman: hi\n\nAssistant: hello", "rejected": "\n\nHuman: hi\n\nAssistant: go away"}""";

    [Theory]
    [InlineData("steps.sft.learnin_rate=1", "learning_rate")]
    [InlineData("steps.sft.learning_rate=7", "learning_rate")]
    [InlineData("steps.sft.neftune_noise_alpha=-1", "neftune_noise_alpha")]
    [InlineData("steps.sft.loss_type=dft", "one of cross_entropy, dynamic")]
    [InlineData("steps.pretrain.loss_type=dynamic", "steps.pretrain.loss_type")]
    [InlineData("data.path=nowhere.jsonl", "nowhere.jsonl")]
    [InlineData("model.path=nowhere", "nowhere")]
    [InlineData("budget.max_length=zwei", "max_length")]
    [InlineData("data.held_out=0.9", "held_out")]
    public void Options_that_cannot_be_used_are_refused_by_name(string set, string named)
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");

        var (code, _, error) = CommandRun.InProcess("align", file, "--set", set);

        Assert.Equal(2, code);
        Assert.Contains(named, error);
        Assert.False(Directory.Exists(folder.File("run")) && Directory.GetDirectories(folder.File("run"), "*-*").Any(Trained));
    }

    [Fact]
    public void A_key_that_does_not_exist_is_named_with_line_column_and_the_nearest_known_key()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("bad.yaml", "name: x\ndata:\n  path: pairs.jsonl\n  held_outt: 0.2\n");

        var (code, _, error) = CommandRun.InProcess("align", file);

        Assert.Equal(2, code);
        Assert.Contains("bad.yaml:4:3", error);
        Assert.Contains("held_out", error);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("not json at all\n", "")]
    [InlineData("{\"a\": 1}\n", "")]
    public void Files_without_a_usable_row_are_refused(string content, string expected)
    {
        using var folder = new TemporaryFolder();
        var (code, error) = Align(folder, Encoding.UTF8.GetBytes(content), "pairs.jsonl");

        Assert.Equal(2, code);
        Assert.Contains("pairs.jsonl", error);
        Assert.Contains(expected, error);
    }

    [Fact]
    public void Half_a_gzip_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            // Text that does not compress away.
            var noise = new Plumbline.Randomness.Seed(1).Source();
            for (var i = 0; i < 200; i++)
            {
                gzip.Write(Encoding.UTF8.GetBytes(GoodRow.Replace("hello", $"{noise.NextBits():x}") + "\n"));
            }
        }

        var (code, error) = Align(folder, packed.ToArray()[..(int)(packed.Length / 2)], "pairs.jsonl.gz");

        Assert.Equal(2, code);
        Assert.Contains("pairs.jsonl.gz", error);
    }

    [Fact]
    public void Single_bad_rows_are_counted_and_the_first_five_named_with_their_lines()
    {
        using var folder = new TemporaryFolder();
        var file = SmallPipeline.Write(folder, "run");
        var good = File.ReadAllText(folder.File("pairs.jsonl"));
        File.WriteAllText(folder.File("pairs.jsonl"), good + string.Concat(Enumerable.Repeat("{\"chosen\": \"x\"}\n", 7)));

        var (code, _, error) = CommandRun.InProcess("align", file);
        var (strict, _, refused) = CommandRun.InProcess("align", file, "--strict");

        Assert.True(code == 0, error);
        Assert.Contains("7 of 67 rows", error);
        Assert.All(Enumerable.Range(61, 5), line => Assert.Contains($"pairs.jsonl:{line}", error));
        Assert.DoesNotContain("pairs.jsonl:66", error);
        Assert.Equal(2, strict);
        Assert.Contains("pairs.jsonl:61", refused);
    }

    [Fact]
    public void Strict_ends_at_the_first_bad_row_with_file_and_line()
    {
        using var folder = new TemporaryFolder();
        var rows = string.Join('\n', Enumerable.Repeat(GoodRow, 3).Append("""{"chosen": "\n\nHuman: hi\n\nAssistant: hello"}"""));

        var (code, error) = Align(folder, Encoding.UTF8.GetBytes(rows), "pairs.jsonl", "data.strict=true");

        Assert.Equal(2, code);
        Assert.Contains("pairs.jsonl:4", error);
        Assert.Contains("rejected", error);
    }

    [Fact]
    public void A_model_of_an_unknown_architecture_is_refused_before_anything_is_trained()
    {
        using var folder = new TemporaryFolder();
        folder.Write("model/config.json", """{"model_type": "t5"}""");
        folder.Write("model/tokenizer.json", "{}");
        var file = SmallPipeline.Write(folder, "run");

        var (code, _, error) = CommandRun.InProcess("align", file, "--set", $"model.path={folder.File("model")}");

        Assert.Equal(2, code);
        Assert.Contains("t5", error);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("align")]
    [InlineData("demo --seed x")]
    public void A_command_line_that_makes_no_sense_gives_code_2(string line)
    {
        var (code, _, error) = CommandRun.InProcess(line.Split(' '));

        Assert.Equal(2, code);
        Assert.Contains("plumb --help", error);
    }

    private static bool Trained(string stage) => File.Exists(Path.Combine(stage, "metrics.jsonl"));

    private static (int Code, string Error) Align(TemporaryFolder folder, byte[] data, string name, params string[] sets)
    {
        var file = SmallPipeline.Write(folder, "run");
        File.WriteAllBytes(folder.File(name), data);
        var (code, _, error) = CommandRun.InProcess([
            "align",
            file,
            "--set",
            $"data.path={folder.File(name)}",
            .. sets.SelectMany(set => new[] { "--set", set }),
        ]);
        return (code, error);
    }
}
