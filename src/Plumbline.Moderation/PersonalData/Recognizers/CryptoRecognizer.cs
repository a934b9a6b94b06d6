using Plumbline.Moderation.PersonalData.Rules;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Recognizers;

/// <summary>Finds addresses of Bitcoin and Ethereum.</summary>
internal static class CryptoRecognizer
{
    private const int Shortest = 26;
    private const int LongestBase58 = 35;
    private const int EthereumLength = 42;
    private const int LongestBech32 = 62;

    /// <summary>Looks whether the group at a place is one.</summary>
    internal static void Is(ref TextScan scan, int start, int end)
    {
        var length = end - start;
        if (length is < Shortest or > LongestBech32 || (end < scan.Text.Length && scan.Text[end] == '_'))
        {
            return;
        }

        var value = scan.Text[start..end];
        if (scan.Plan.Bitcoin is { } bitcoin && IsBitcoin(value))
        {
            scan.Add(bitcoin.Rule, null, start, end, PersonalDataConfidence.Of(bitcoin.Rule.Chance, 0, 0));
        }

        if (scan.Plan.Ethereum is { } ethereum && length == EthereumLength && value.StartsWith("0x") && IsHex(value[2..]))
        {
            var mixed = value[2..].ContainsAnyInRange('a', 'f') && value[2..].ContainsAnyInRange('A', 'F');
            if (!mixed || CryptoChecks.IsMixedCaseAddress(value[2..]))
            {
                var near = scan.IsNear(ethereum.Group, start, end) ? PersonalDataConfidence.Near : 0;
                scan.Add(ethereum.Rule, null, start, end, PersonalDataConfidence.Of(mixed ? ethereum.Rule.Chance : 1, 0, near));
            }
        }
    }

    private static bool IsBitcoin(ReadOnlySpan<char> value) =>
        value.Length <= LongestBase58 && value[0] is '1' or '3'
            ? CryptoChecks.IsBase58Check(value)
            : value.Length is 42 or 62 && value.StartsWith("bc1", StringComparison.OrdinalIgnoreCase) && CryptoChecks.IsBech32(value);

    private static bool IsHex(ReadOnlySpan<char> value)
    {
        foreach (var c in value)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
