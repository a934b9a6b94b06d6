using System.Security.Cryptography;
using System.Text;
using Plumbline.Configuration;

namespace Plumbline.Gateway;

/// <summary>Somebody who may ask, and how much.</summary>
public sealed record ClientOptions : IValidatedOptions
{
    /// <summary>What metrics call it: lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The SHA-256 of its API key in hexadecimal digits (<see cref="HashOf"/>). Keys are to be drawn at random: a hash without salt does not hide one that can be guessed.
    /// </summary>
    public required string KeyHash { get; init; }

    /// <summary>Requests a minute; as many may come at once after a quiet minute.</summary>
    /// <value>600</value>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Requests at a time.</summary>
    /// <value>16</value>
    public int MaxConcurrentRequests { get; init; } = 16;

    /// <summary>What <see cref="KeyHash"/> is for a key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (
            Name.Length is 0 or > 64
            || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_')
        )
        {
            yield return new OptionProblem(nameof(Name), Name, "1 to 64 lower-case letters, digits, - and _");
        }

        if (KeyHash.Length != 64 || !KeyHash.All(char.IsAsciiHexDigit))
        {
            // Whoever wrote the key itself here must not find it in a log.
            yield return new OptionProblem(nameof(KeyHash), "(not shown)", "the 64 hexadecimal digits of the SHA-256 of an API key");
        }

        if (RequestsPerMinute is < 1 or > 1_000_000)
        {
            yield return new OptionProblem(nameof(RequestsPerMinute), RequestsPerMinute, "between 1 and 1000000");
        }

        if (MaxConcurrentRequests is < 1 or > 65_536)
        {
            yield return new OptionProblem(nameof(MaxConcurrentRequests), MaxConcurrentRequests, "between 1 and 65536");
        }
    }

    // Records print their members: a hash has no business in logs either.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Name = ").Append(Name);
        return true;
    }
}
