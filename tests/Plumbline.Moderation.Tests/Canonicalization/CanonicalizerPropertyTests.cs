using CsCheck;
using Plumbline.Evaluation.Attacks;
using Plumbline.Findings;
using Plumbline.Moderation.Canonicalization;
using Plumbline.Moderation.Canonicalization.Unicode;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Canonicalization;

/// <summary>What holds for every text, well-formed or not.</summary>
public sealed class CanonicalizerPropertyTests
{
    private static readonly Canonicalizer Canonicalizer = new();

    private static readonly string[] Pieces =
    [
        "hello ",
        "World",
        "\u0301",
        "\u0335",
        "\u200B",
        "\u200D",
        "\uFE0F",
        "\uD800",
        "\uDC00",
        "\u0430",
        "\u0435",
        "к",
        "ж",
        "ο",
        "λ",
        "Ａ",
        "，",
        "\u3000",
        "ǫ",
        "ᴀ",
        "q",
        "🇭",
        "🇺🇸",
        "\U000E0041",
        "\U000E0101",
        "\U0001F3F4",
        "aGVsbG8gd29ybGQ=",
        "68656c6c6f20",
        "%68",
        "&#104;",
        "\\u0068",
        "=68",
        "=\n",
        "01101000 ",
        "104, ",
        ".... . ",
        "hotel ",
        "⠓⠑",
        "h e l l o ",
        "h4ck ",
        "\"he\" + \"llo\"",
        "```\n",
        "{\"a\": \"b\"}",
        "| a |\n",
        "|---|\n",
        "key: value\n",
        "<~",
        "~>",
        "M1VEV\n",
        "begin 644 a\n",
        "uryyb jbeyq ",
        "dlrow olleh ",
        "\n",
        " ",
        "\"",
        "'",
        "\\",
        "#",
        "a5",
        "\u0E33",
        "\u0E49",
        "한",
        "\u1161",
        "\u11A8",
        "\u09DF",
        "ﬁ",
        "①",
        "ﷺ",
        "㌖",
        "İ",
        "ſ",
        "\u094D",
        "क",
        "\u064B",
        "\u0651",
        "ه",
        "\u0344",
        "\u1F71",
        "\u212B",
        "\u0345",
        "\u0F71",
        "\u0F72",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf([.. Pieces.Select(Gen.Const)]).Array[0, 24].Select(string.Concat),
        Gen.Char.Array[0, 60].Select(units => new string(units)),
        Gen.Char['\u0000', '\u0600'].Array[0, 60].Select(units => new string(units)),
        Gen.Int[0, 0x2FFFF]
            .Where(point => point is < 0xD800 or > 0xDFFF)
            .Array[0, 40]
            .Select(points => string.Concat(points.Select(char.ConvertFromUtf32)))
    );

    [Fact]
    public void Reading_the_normalized_text_again_changes_nothing()
    {
        Texts.Sample(
            text =>
            {
                // The fold is the first view of whatever it is given, and every view is a fold.
                var folded = UnicodeFolder.Fold(text, out _).Text;
                Assert.Equal(folded, UnicodeFolder.Fold(folded, out _).Text);
            },
            iter: 20_000,
            threads: 1
        );
    }

    [Fact]
    public void Reading_a_view_again_starts_with_that_view()
    {
        Texts.Sample(
            text =>
                Assert.All(
                    Canonicalizer.Read(text).Views.Take(4),
                    view => Assert.Equal(view.Text, Canonicalizer.Read(view.Text).Normalized.Text)
                ),
            iter: 100,
            threads: 1
        );
    }

    [Fact]
    public void Every_unit_of_every_view_comes_from_within_the_text()
    {
        Texts.Sample(
            text =>
            {
                foreach (var view in Canonicalizer.Read(text).Views)
                {
                    Assert.Equal((view.Text.Length, text.Length), (view.Map.Length, view.Map.SourceLength));
                    var joined = view.Text.Length > 0 ? view.OriginOf(new TextSpan(0, 1)) : default;
                    for (var i = 0; i < view.Text.Length; i++)
                    {
                        var origin = view.Map.OriginOf(i);
                        Assert.InRange(origin.Start, 0, text.Length);
                        Assert.InRange(origin.End, origin.Start, text.Length);
                        joined = joined.Joined(origin);
                    }

                    Assert.Equal(joined, view.Text.Length > 0 ? view.OriginOf(new TextSpan(0, view.Text.Length)) : default);
                }
            },
            iter: 300,
            threads: 1
        );
    }

    [Fact]
    public void The_budget_holds_for_every_text()
    {
        Gen.Select(Texts, Gen.Int[0, 3], Gen.Int[1, 6], Gen.Int[0, 200])
            .Sample(
                (text, depth, count, allowance) =>
                {
                    var options = new CanonicalizerOptions
                    {
                        MaxDepth = depth,
                        MaxViews = count,
                        MaxGrowth = 2,
                        Allowance = allowance,
                    };

                    var views = new Canonicalizer(options).Read(text).Views;

                    Assert.InRange(views.Count, 1, count);
                    Assert.All(views, view => Assert.InRange(view.Depth, 0, depth));
                    Assert.InRange(
                        views.Skip(1).Sum(view => view.Text.Length),
                        0,
                        Math.Max(0, options.BudgetFor(text.Length) - views[0].Text.Length)
                    );
                },
                iter: 300,
                threads: 1
            );
    }

    [Fact]
    public void Digits_and_signs_of_ASCII_stay_and_map_to_themselves()
    {
        Texts.Sample(
            text =>
            {
                var view = Canonicalizer.Read(text).Normalized;
                for (var i = 0; i < view.Text.Length; i++)
                {
                    var origin = view.Map.OriginOf(i).Of(text);
                    if (origin is [> ' ' and < 'A' and var sign])
                    {
                        Assert.Equal(sign, view.Text[i]);
                    }
                }
            },
            iter: 300,
            threads: 1
        );
    }

    public static TheoryData<string> Hostile() =>
        [
            "\u0301",
            "a\u0301\u0335",
            "ก\u0E48",
            "aа",
            "аж ",
            "\u200D",
            "क\u200D",
            "\uFE0F",
            "\"",
            "\"\\",
            "'a",
            "“",
            "<~ab ",
            "<~",
            "%41",
            "&#",
            "\\u",
            "=4",
            "1 ",
            "01",
            "- ",
            ". .",
            "a b ",
            "a.",
            "Ab1",
            "aGVs",
            "aGVs\n",
            "{[\"",
            "| a",
            "```\n",
            "k: v\n",
            "x=\"a\"",
            "x=\"a\"x+x+",
            "hotel ",
            "a1!",
            "MAAA\n",
            "🇭",
            "⠁",
            "\uD800",
            "ab:\"",
            "ZZ",
            "q",
            "a:",
            "join(\"a\",",
        ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_long_hostile_text_is_read_within_the_budget(string piece)
    {
        // Twice the text takes about twice the memory: nothing piles up by length squared.
        var shorter = Measure(piece, 20_000);
        var longer = Measure(piece, 80_000);

        Assert.InRange(longer, 0, (shorter * 6) + 2_000_000);
    }

    private static long Measure(string piece, int length)
    {
        var text = string.Concat(Enumerable.Repeat(piece, length / piece.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = Canonicalizer.Read(text);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(
            read.Views.Sum(view => (long)view.Text.Length),
            0,
            new CanonicalizerOptions().BudgetFor(text.Length) + read.Normalized.Text.Length
        );
        return allocated;
    }

    [Fact]
    public void Nested_encodings_end_at_the_budget()
    {
        var text = "The programs are running on the board.";
        var attacks = TextAttacks.All;
        for (var round = 0; round < 12; round++)
        {
            text = attacks[round % 8].Apply(text, new Seed(1).Source());
        }

        Assert.True(Canonicalizer.Read(text).IsTruncated);
    }
}
