using Plumbline.Moderation.Languages;
using Plumbline.Moderation.Languages.Training;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.Languages;

public sealed class LanguageModelFileTests
{
    private static readonly byte[] Toy = LanguageTrainer.Train(
        ToyTexts.Read(),
        ToyTexts.Options with
        {
            PiecesPerLanguage = 50,
            FewBits = 6,
        }
    );

    [Fact]
    public void A_model_is_read_as_it_was_written()
    {
        var scripts = LanguageModelFile.Read(Toy, "toy");
        Assert.Equal(Toy, LanguageModelFile.Write(scripts));
        Assert.Equal([Script.Latn, Script.Cyrl, Script.Thai], scripts.Select(script => script.Script));
        Assert.Equal(3 << 6, scripts[0].Weights.Length);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused() =>
        ByteFuzzer.Run([Toy], 2000, new Seed(11), bytes => LanguageIdentifier.Read(bytes, "fuzzed").Identify("some text or other"));

    [Fact]
    public void Damaged_contents_are_read_or_refused()
    {
        // Packed again, so that the damage lies behind the packing.
        var content = Unpacked(Toy);
        ByteFuzzer.Run(
            [content],
            3000,
            new Seed(12),
            bytes =>
            {
                var model = LanguageIdentifier.Read(Packed(bytes), "fuzzed");
                model.Identify("some text or other");
                model.Identify("некоторый текст");
            }
        );
    }

    [Fact]
    public void What_is_no_model_is_refused_by_name()
    {
        Assert.Contains("here.lang", Refusal([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("no language model", Refusal([.. "PLLANG99"u8, .. Toy[8..]]), StringComparison.Ordinal);
        Assert.Contains("bytes", Refusal([.. Toy[..8], 0xFF, 0xFF, 0xFF, 0x7F, .. Toy[12..]]), StringComparison.Ordinal);
        Assert.Contains("unpack", Refusal(Toy[..^5]), StringComparison.Ordinal);
    }

    [Fact]
    public void Contents_that_contradict_themselves_are_refused()
    {
        var content = Unpacked(Toy);
        Assert.Contains("left at its end", Refusal(Packed([.. content, 0])), StringComparison.Ordinal);
        Assert.Contains("too early", Refusal(Packed(content[..^1])), StringComparison.Ordinal);
        Assert.Contains("Lath", Refusal(Packed(Changed(content, "Latn", "Lath"))), StringComparison.Ordinal);
        Assert.Contains("twice", Refusal(Packed(Changed(content, "Cyrl", "Latn"))), StringComparison.Ordinal);
        Assert.Contains("character of code 33", Refusal(Packed(Changed(content, "\u0002aa", "\u0002a!"))), StringComparison.Ordinal);
        Assert.Contains("number of scripts", Refusal(Packed([200, .. content[1..]])), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there_are_refused_and_others_loaded()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidInputException>(() => LanguageIdentifier.Load(folder.File("none.lang")));
        File.WriteAllBytes(folder.File("toy.lang"), Toy);
        Assert.Equal(5, LanguageIdentifier.Load(folder.File("toy.lang")).Languages.Count);
    }

    private static string Refusal(byte[] file) =>
        Assert.Throws<InvalidInputException>(() => LanguageIdentifier.Read(file, "here.lang")).Message;

    private static byte[] Changed(byte[] content, string from, string to)
    {
        var changed = content.ToArray();
        var at = changed.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from));
        System.Text.Encoding.ASCII.GetBytes(to).CopyTo(changed, at);
        return changed;
    }

    private static byte[] Unpacked(byte[] file)
    {
        using var packed = new System.IO.Compression.BrotliStream(
            new MemoryStream(file[12..]),
            System.IO.Compression.CompressionMode.Decompress
        );
        using var content = new MemoryStream();
        packed.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Packed(byte[] content)
    {
        using var file = new MemoryStream();
        file.Write(Toy, 0, 8);
        file.Write(BitConverter.GetBytes(content.Length));
        using (var packed = new System.IO.Compression.BrotliStream(file, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            packed.Write(content);
        }

        return file.ToArray();
    }
}
