using System.Buffers;
using System.Security.Cryptography;

namespace Plumbline.Feedback.Projects;

/// <summary>Names a stored picture by its content: <c>sha256:</c> and 64 hexadecimal digits.</summary>
public static class PictureAddress
{
    private const string Prefix = "sha256:";
    private const int Digits = 64;
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>The address of a picture's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    public static string Of(ReadOnlySpan<byte> bytes) => Prefix + Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Whether a text is an address.</summary>
    /// <param name="text">The text.</param>
    public static bool IsOne(string text) =>
        text.Length == Prefix.Length + Digits
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Hexadecimal);

    /// <summary>The 64 digits of an address.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string DigitsOf(string address) =>
        IsOne(address)
            ? address[Prefix.Length..]
            : throw new ArgumentException($"'{address}' is no address of a picture.", nameof(address));
}
