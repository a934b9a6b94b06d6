using System.Text;
using Plumbline.Configuration;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.Guarding;

/// <summary>
/// The promise of guarded streams: of a forbidden passage that fits into Window − Stride + 1 units, nothing leaves, however the text is cut; what is allowed leaves unchanged; and never more than a
/// window is held.
/// </summary>
public sealed class HoldBackTests
{
    private const string Alphabet = "abx";

    [Theory]
    [InlineData(4, 2, "ab")]
    [InlineData(4, 2, "aba")]
    [InlineData(3, 1, "abx")]
    [InlineData(5, 4, "ab")]
    [InlineData(1, 1, "a")]
    public void No_unit_of_a_forbidden_passage_leaves_in_any_text_cut_in_any_way(int window, int stride, string forbidden)
    {
        Assert.InRange(forbidden.Length, 1, window - stride + 1);
        var options = new HoldBackOptions { Window = window, Stride = stride };
        for (var length = 0; length <= 7; length++)
        {
            foreach (var text in Texts(length))
            {
                // A cut after each unit, or none.
                for (var cuts = 0; cuts < 1 << Math.Max(0, length - 1); cuts++)
                {
                    Check(options, text, Pieces(text, cuts), forbidden);
                }
            }
        }
    }

    [Fact]
    public void The_same_holds_for_long_texts_and_windows_drawn_at_random()
    {
        for (var round = 0; round < 3000; round++)
        {
            var source = new Seed(21).Derive("round", round).Source();
            var window = 2 + source.NextInt(60);
            var stride = 1 + source.NextInt(window);
            var forbidden = Word(source, 1 + source.NextInt(window - stride + 1), "ab");
            var text = new StringBuilder();
            while (text.Length < 300)
            {
                text.Append(source.NextBool(0.1) ? forbidden : Word(source, 1 + source.NextInt(9), Alphabet));
            }

            var pieces = new List<string>();
            for (var at = 0; at < text.Length; )
            {
                var size = Math.Min(source.NextInt(3) == 0 ? 0 : 1 + source.NextInt(40), text.Length - at);
                pieces.Add(text.ToString(at, size));
                at += size;
            }

            Check(new HoldBackOptions { Window = window, Stride = stride }, text.ToString(), pieces, forbidden);
        }
    }

    [Fact]
    public void Replacements_leave_whole_and_once_however_the_text_is_cut()
    {
        for (var round = 0; round < 3000; round++)
        {
            var source = new Seed(22).Derive("round", round).Source();
            var window = 8 + source.NextInt(30);
            var stride = 1 + source.NextInt(window - 6);
            var secret = new string('9', 1 + source.NextInt(window - stride + 1));
            var text = string.Concat(
                Enumerable.Range(0, 40).Select(_ => source.NextBool(0.2) ? "-" + secret + "-" : Word(source, 5, "ab "))
            );
            var held = new HoldBack(new HoldBackOptions { Window = window, Stride = stride });
            var left = new StringBuilder();
            for (var at = 0; at < text.Length; )
            {
                var size = Math.Min(1 + source.NextInt(20), text.Length - at);
                held.Add(text.Substring(at, size));
                at += size;
                while (held.Next() is { } next)
                {
                    held.Pass(Secrets(next.Window, next.Start, secret));
                }

                left.Append(held.Release());
            }

            if (held.Rest() is { } rest)
            {
                held.Pass(Secrets(rest.Window, rest.Start, secret));
            }

            left.Append(held.ReleaseAll());
            Assert.Equal(text.Replace("-" + secret + "-", "-[S]-", StringComparison.Ordinal), left.ToString());
        }
    }

    [Fact]
    public void Characters_of_two_units_leave_together()
    {
        var held = new HoldBack(new HoldBackOptions { Window = 3, Stride = 1 });
        var left = new List<string>();
        foreach (var unit in "a😀b😀c")
        {
            held.Add(unit.ToString());
            while (held.Next() is not null)
            {
                held.Pass([]);
            }

            left.Add(held.Release());
        }

        left.Add(held.ReleaseAll());
        Assert.Equal("a😀b😀c", string.Concat(left));
        Assert.All(left, piece => Assert.False(piece.Length > 0 && (char.IsHighSurrogate(piece[^1]) || char.IsLowSurrogate(piece[0]))));
    }

    [Theory]
    [InlineData(0, 1, "window")]
    [InlineData(4, 5, "stride")]
    [InlineData(4, 0, "stride")]
    public void Windows_that_leave_gaps_are_refused(int window, int stride, string option)
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            OptionsValidation.ThrowIfInvalid(new HoldBackOptions { Window = window, Stride = stride })
        );
        Assert.Contains(option, failure.Message);
    }

    private static void Check(HoldBackOptions options, string text, IReadOnlyList<string> pieces, string forbidden)
    {
        var held = new HoldBack(options);
        var left = new StringBuilder();
        var first = text.IndexOf(forbidden, StringComparison.Ordinal);
        var came = 0;
        var stopped = false;
        foreach (var piece in pieces)
        {
            held.Add(piece);
            came += piece.Length;
            while (!stopped && held.Next() is { } next)
            {
                Assert.Equal(text.Substring(next.Start, options.Window), next.Window);
                stopped = next.Window.Contains(forbidden, StringComparison.Ordinal);
                held.Pass([]);
            }

            if (stopped)
            {
                break;
            }

            left.Append(held.Release());
            Assert.InRange(came - left.Length, 0, options.Window - 1);
        }

        if (!stopped)
        {
            stopped = held.Rest() is { } rest && rest.Window.Contains(forbidden, StringComparison.Ordinal);
            left.Append(stopped ? string.Empty : held.ReleaseAll());
        }

        Assert.Equal(first >= 0, stopped);
        Assert.Equal(text[..left.Length], left.ToString());
        Assert.True(first < 0 ? left.Length == text.Length : left.Length <= first, $"'{text}' let '{left}' go before '{forbidden}'");
    }

    private static List<Replacement> Secrets(string window, int start, string secret)
    {
        var found = new List<Replacement>();
        for (var at = window.IndexOf('9'); at >= 0; at = at < window.Length ? window.IndexOf('9', at) : -1)
        {
            var end = at;
            while (end < window.Length && window[end] == '9')
            {
                end++;
            }

            // As a detector that knows the length does: what a window cut off is no secret to it.
            if (end - at == secret.Length)
            {
                found.Add(new Replacement(new TextSpan(start + at, end - at), "[S]"));
            }

            at = end;
        }

        return found;
    }

    private static IEnumerable<string> Texts(int length) =>
        length == 0 ? [string.Empty] : Texts(length - 1).SelectMany(text => Alphabet.Select(letter => text + letter));

    private static List<string> Pieces(string text, int cuts)
    {
        var pieces = new List<string>();
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || (cuts >> (i - 1) & 1) == 1)
            {
                pieces.Add(text[start..i]);
                start = i;
            }
        }

        return pieces;
    }

    private static string Word(RandomSource source, int length, string letters) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => letters[source.NextInt(letters.Length)]));
}
