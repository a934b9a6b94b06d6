namespace Plumbline.Tokenization.Tests;

public sealed class TokenWindowsTests
{
    [Theory]
    [InlineData(0, "0+0")]
    [InlineData(10, "0+10")]
    [InlineData(11, "0+10 1+10")]
    [InlineData(25, "0+10 7+10 14+10 15+10")]
    public void The_last_window_reaches_back_so_that_all_are_of_one_length(int tokens, string expected) =>
        Assert.Equal(expected, string.Join(' ', new TokenWindows(10, 3).Of(tokens).Select(window => $"{window.Start}+{window.Count}")));

    [Fact]
    public void A_window_that_ends_within_a_character_holds_all_of_it()
    {
        // One letter, one character of three tokens, one letter.
        var tokens = new TokenizedText([1, 2, 3, 4, 5], [0, 1, 1, 1, 3]);

        Assert.Equal((0, 3), Place(new TokenWindow(0, 2)));
        Assert.Equal((1, 2), Place(new TokenWindow(2, 1)));
        Assert.Equal((1, 3), Place(new TokenWindow(1, 4)));

        (int, int) Place(TokenWindow window) => window.In(tokens, length: 4) is var span ? (span.Start, span.Length) : default;
    }
}
