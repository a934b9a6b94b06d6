using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Plumbline.Findings;
using Plumbline.Moderation.Images;
using Plumbline.Testing;
using SkiaSharp;

namespace Plumbline.Moderation.Tests.Images;

public sealed class ImageHashTests
{
    private static readonly ImageDecoder Decoder = new(new ImageLimits());

    private static readonly byte[] Picture = TestPictures.File(
        40,
        30,
        (x, y) => new SKColor((byte)(x * 6), (byte)(y * 8), (byte)((x * y) & 0xFF))
    );

    [Fact]
    public void The_gradient_hash_tells_where_it_gets_lighter()
    {
        var rising = ImageResizerTests.Gray(9, 8, [.. Enumerable.Range(0, 72).Select(i => (byte)(i % 9 * 20))]);
        var falling = ImageResizerTests.Gray(9, 8, [.. Enumerable.Range(0, 72).Select(i => (byte)(200 - (i % 9 * 20)))]);
        var half = ImageResizerTests.Gray(9, 8, [.. Enumerable.Range(0, 72).Select(i => (byte)(i < 36 ? i % 9 * 20 : 200 - (i % 9 * 20)))]);

        Assert.Equal(ulong.MaxValue, PerceptualHash.Difference(rising));
        Assert.Equal(0UL, PerceptualHash.Difference(falling));
        Assert.Equal(0xFFFFFFFF00000000, PerceptualHash.Difference(half));
    }

    [Fact]
    public void The_cosine_hash_tells_which_frequencies_are_there()
    {
        // A picture that is one frequency: cos((2x + 1)·3π/64)·cos((2y + 1)·2π/64), which is the third column and the second row of the hash.
        var tones = new byte[32 * 32];
        for (var i = 0; i < tones.Length; i++)
        {
            var wave = Math.Cos(((2 * (i % 32)) + 1) * 3 * Math.PI / 64) * Math.Cos(((2 * (i / 32)) + 1) * 2 * Math.PI / 64);
            tones[i] = (byte)Math.Round(128 + (100 * wave));
        }

        var hash = PerceptualHash.Dct(ImageResizerTests.Gray(32, 32, tones))!.Value;

        Assert.Equal(1UL, (hash >> (63 - ((1 * 8) + 2))) & 1);
    }

    [Fact]
    public void A_picture_of_one_tone_has_no_hash()
    {
        var plain = Assert.Single(Decoder.Decode(TestPictures.Plain(TestPictures.Red, 50, 20)));

        Assert.Null(PerceptualHash.Dct(plain));
        Assert.Null(PerceptualHash.Difference(plain));
    }

    [Fact]
    public void Shrinking_weighs_parts_of_pixels()
    {
        Span<double> gray = stackalloc double[2];
        Grayscale.Shrink(ImageResizerTests.Gray(3, 1, [0, 30, 90]), gray, 2, 1);
        Assert.Equal([10, 70], gray.ToArray().Select(value => Math.Round(value, 9)));

        Span<double> larger = stackalloc double[4];
        Grayscale.Shrink(ImageResizerTests.Gray(1, 2, [40, 80]), larger, 1, 4);
        Assert.Equal([40, 40, 80, 80], larger.ToArray().Select(value => Math.Round(value, 9)));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(5000)]
    public void The_index_finds_what_comparing_all_finds(int count)
    {
        var random = new Randomness.Seed(5).Source();
        var centre = random.NextBits();
        // Many hashes near each other, and some far.
        var hashes = Enumerable
            .Range(0, count)
            .Select(i => i % 3 == 0 ? random.NextBits() : Flip(centre, random.NextInt(14), random))
            .ToArray();
        var index = new HammingIndex(hashes);

        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 14], Gen.ULong)
            .Sample(
                (distance, flips, seed) =>
                {
                    var asked = Flip(centre, flips, new Randomness.Seed(seed).Source());
                    var found = new List<int>();
                    index.Find(asked, distance, found);
                    found.Sort();
                    Assert.Equal(Enumerable.Range(0, count).Where(i => PerceptualHash.Distance(hashes[i], asked) <= distance), found);
                },
                iter: 200
            );
    }

    [Fact]
    public async Task The_very_file_is_a_fact_and_a_copy_an_estimate()
    {
        using var folder = new TemporaryFolder();
        var image = Assert.Single(Decoder.Decode(Picture));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Picture));
        var list = folder.Write(
            "list.txt",
            $"""
            # hashes of test pictures
            {hash} sha256 S4 case 17
            {PerceptualHash.Dct(image) ^ 0b111:x16}	phash	S12	a gradient
            {PerceptualHash.Dct(image):x16} phash S12
            {PerceptualHash.Difference(image):X16} dhash P3

            """
        );
        var detector = ImageHashDetector.Load(new ImageHashOptions { List = list });

        var fact = Assert.Single(await Ask(detector, Picture));
        Assert.Equal(("S4", 1.0, true, "case 17", "sha256"), (fact.Hazard, fact.Score, fact.IsExact, fact.Evidence, fact.Kind));

        var copy = await Ask(detector, TestPictures.WithChunk(Picture, "tIME", [7, 230, 1, 1, 0, 0, 0]));
        Assert.Equal([("S12", 1.0, "phash"), ("P3", 1.0, "dhash")], copy.Select(finding => (finding.Hazard, finding.Score, finding.Kind!)));
        Assert.All(copy, finding => Assert.False(finding.IsExact));
        Assert.Equal("0 of 64 bits differ", copy[0].Evidence);

        Assert.Equal(["P3", "S12", "S4"], detector.Hazards.Order(StringComparer.Ordinal));
        Assert.Equal((DetectorCost.Cheap, DetectorReading.Image, "image-hashes"), (detector.Cost, detector.Reads, detector.Name));
        Assert.EndsWith("-8", detector.Version, StringComparison.Ordinal);
        Assert.Empty(await Ask(detector, TestPictures.Plain(TestPictures.Red)));
        await Assert.ThrowsAsync<InvalidInputException>(() => Ask(detector, [1]));
    }

    [Fact]
    public async Task A_farther_copy_scores_less_and_says_how_far_it_is()
    {
        using var folder = new TemporaryFolder();
        var image = Assert.Single(Decoder.Decode(Picture));
        var list = folder.Write("list.txt", $"{PerceptualHash.Dct(image) ^ 0b111:x16} phash S12 a gradient");
        var near = ImageHashDetector.Load(new ImageHashOptions { List = list, Distance = 3 });
        var exact = ImageHashDetector.Load(new ImageHashOptions { List = list, Distance = 2 });

        var finding = Assert.Single(await Ask(near, Picture));

        Assert.Equal((1 - (3.0 / 32), "a gradient (3 of 64 bits differ)"), (finding.Score, finding.Evidence));
        Assert.Empty(await Ask(exact, Picture));
        Assert.NotEqual(near.Version, exact.Version);
    }

    [Fact]
    public async Task A_list_of_files_alone_finds_nothing_without_allocating()
    {
        using var folder = new TemporaryFolder();
        var detector = ImageHashDetector.Load(new ImageHashOptions { List = folder.Write("list.txt", new string('a', 64) + " sha256 S4") });
        var input = new DetectorInput { Part = GuardedPart.Image, Image = Picture };
        await detector.DetectAsync(input, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            await detector.DetectAsync(input, CancellationToken.None);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("0123456789abcdef md5 S1", "The kind of hash is 'md5'")]
    [InlineData("0123456789abcdef", "The kind of hash is ''")]
    [InlineData("0123456789abcdef phash S88 x", "no hazard 'S88'")]
    [InlineData("0123456789abcde phash S1", "no hash of 16")]
    [InlineData("0123456789abcdeg dhash S1", "no hash of 16")]
    [InlineData("0123456789abcdef sha256 S1", "no SHA-256")]
    [InlineData("xx23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef sha256 S1", "no SHA-256")]
    public void A_line_that_is_not_as_it_should_be_is_refused_with_its_number(string line, string message)
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            ImageHashList.Parse(Encoding.UTF8.GetBytes("# list\r\n\r\n" + line), "list.txt")
        );

        Assert.StartsWith("list.txt:3: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Long_lines_and_lines_that_are_no_text_are_refused()
    {
        Assert.Throws<InvalidInputException>(() => ImageHashList.Parse(new byte[5000], "list.txt"));
        Assert.Contains(
            "not UTF-8",
            Assert.Throws<InvalidInputException>(() => ImageHashList.Parse([0xFF], "list.txt")).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(1, ImageHashList.Parse(Encoding.UTF8.GetBytes("\uFEFF0123456789abcdef phash S1 ünï\r\n"), "list.txt").Count);
        var message = Assert
            .Throws<InvalidInputException>(() =>
                ImageHashDetector.Load(
                    new ImageHashOptions
                    {
                        List = "x",
                        Name = "",
                        Distance = 17,
                    }
                )
            )
            .Message;
        Assert.Contains("'distance'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_lists_are_read_or_refused()
    {
        var good = Encoding.UTF8.GetBytes(
            $"# x\n0123456789abcdef phash S12 note\n{new string('a', 64)} sha256 S4\r\nfedcba9876543210\tdhash\tP3\n"
        );

        ByteFuzzer.Run([good], 2000, new Randomness.Seed(3), bytes => Assert.InRange(ImageHashList.Parse(bytes, "list.txt").Count, 0, 100));
    }

    private static ulong Flip(ulong hash, int bits, Randomness.RandomSource random)
    {
        for (var i = 0; i < bits; i++)
        {
            hash ^= 1UL << random.NextInt(64);
        }

        return hash;
    }

    private static async Task<IReadOnlyList<Finding>> Ask(ImageHashDetector detector, byte[] image) =>
        await detector.DetectAsync(new DetectorInput { Part = GuardedPart.Image, Image = image }, TestContext.Current.CancellationToken);
}
