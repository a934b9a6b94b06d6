using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumbline.Feedback.Reviews;

namespace Plumbline.Feedback.Storage;

/// <summary>What people wrote with one event: it lies outside of the log, so that it can be erased, and is bound to the event by a seal.</summary>
internal sealed record ReviewWriting
{
    /// <summary>The texts of a case, with its opening.</summary>
    public ReviewTexts? Texts { get; init; }

    /// <summary>The note of a judgement.</summary>
    public string? Note { get; init; }

    /// <summary>What the appellant says of what people decided.</summary>
    public string? Appeal { get; init; }

    /// <summary>Who appeals it.</summary>
    public string? Appellant { get; init; }
}

/// <summary>Writings as they are stored.</summary>
/// <param name="Nonce">64 random hexadecimal digits, without which the seal tells nothing of the text.</param>
/// <param name="Body">The JSON.</param>
internal sealed record SealedWriting(string Nonce, string Body)
{
    /// <summary>The SHA-256 of both, in hexadecimal digits.</summary>
    public string Seal => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Nonce + Body)));

    /// <summary>The JSON of a writing; equal writings have equal text.</summary>
    public static string Write(ReviewWriting writing) => JsonSerializer.Serialize(writing, EventJson.Options);

    /// <summary>Seals a writing; null where nothing was written.</summary>
    public static SealedWriting? Of(ReviewWriting writing) =>
        writing == new ReviewWriting()
            ? null
            : new SealedWriting(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), Write(writing));

    /// <summary>Reads the two columns of a row, which are null where nothing was written or all was erased.</summary>
    public static SealedWriting? Read(DbDataReader row, int nonce) =>
        row.IsDBNull(nonce) ? null : new SealedWriting(row.GetString(nonce), row.GetString(nonce + 1));

    /// <summary>Opens a writing.</summary>
    /// <param name="written">What is stored; null where it is missing.</param>
    /// <param name="seal">The seal that its event holds.</param>
    /// <exception cref="InvalidInputException">It is not what was sealed.</exception>
    public static ReviewWriting Open(SealedWriting? written, string seal) =>
        written?.Seal == seal
            ? JsonSerializer.Deserialize<ReviewWriting>(written.Body, EventJson.Options)!
            : throw new InvalidInputException(
                $"The text that was stored with it {(written is null ? "is missing" : "is another")}.",
                "The store was changed by other hands: restore it from a backup."
            );
}
