namespace Plumbline.Moderation;

/// <summary>Letters of scripts that put no spaces between words.</summary>
internal static class WideLetters
{
    /// <summary>Whether a letter is Thai, Lao, Myanmar, Khmer, or of the East Asian scripts.</summary>
    public static bool Contains(char letter) =>
        letter is >= '\u0E00' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF' or >= '\u2E80' and <= '\uABFF';
}
