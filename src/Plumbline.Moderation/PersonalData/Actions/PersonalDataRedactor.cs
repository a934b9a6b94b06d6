using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData.Actions;

/// <summary>Replaces, masks, hashes or encrypts what a scanner finds. Thread-safe.</summary>
/// <remarks>
/// A text that is encrypted restores to itself, bit for bit: tokens of the same key that stand in it already are encrypted once more, as kind <c>token</c>, and restoring takes one
/// layer off.
/// </remarks>
public sealed class PersonalDataRedactor
{
    /// <summary>The kind of a token that was encrypted once more.</summary>
    public const string TokenKind = "token";

    private readonly PersonalDataScanner scanner;
    private readonly RedactionOptions options;
    private readonly PersonalDataCipher? cipher;
    private readonly bool encrypts;

    /// <summary>Prepares a redactor.</summary>
    /// <param name="scanner">Finds personal data.</param>
    /// <param name="options">What becomes of it; null for replacing it.</param>
    /// <param name="cipher">Hashes and encrypts; null where neither is asked for. Stays the caller's.</param>
    /// <exception cref="InvalidInputException">An option is not usable, or the cipher is missing.</exception>
    public PersonalDataRedactor(PersonalDataScanner scanner, RedactionOptions? options = null, PersonalDataCipher? cipher = null)
    {
        this.scanner = scanner;
        this.options = options ?? new RedactionOptions();
        this.cipher = cipher;
        this.options.Check(cipher is not null);
        encrypts = this.options.Actions.Values.Append(this.options.Action).Contains(PersonalDataAction.Encrypt);
    }

    /// <summary>Finds personal data in a text and replaces it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="language">Its language, by which templates are chosen; null for unknown.</param>
    public RedactedText Redact(string text, string? language = null)
    {
        var matches = new List<PersonalDataMatch>();
        scanner.Scan(text, matches);
        return Redact(text, matches, language);
    }

    /// <summary>Replaces what was found in a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matches">What was found, in the order of the text, without overlaps.</param>
    /// <param name="language">The text's language, by which templates are chosen; null for unknown.</param>
    public RedactedText Redact(string text, IReadOnlyList<PersonalDataMatch> matches, string? language = null)
    {
        var pieces = Pieces(text, matches, language);

        var result = new StringBuilder(text.Length);
        var replaced = new ReplacedSpan[pieces.Count];
        var copied = 0;
        for (var i = 0; i < replaced.Length; i++)
        {
            var piece = pieces[i];
            result.Append(text, copied, piece.Span.Start - copied);
            replaced[i] = new ReplacedSpan(
                piece.Kind,
                piece.Country,
                piece.Span,
                new TextSpan(result.Length, piece.Text.Length),
                piece.Action
            );
            result.Append(piece.Text);
            copied = piece.Span.End;
        }

        return new RedactedText(result.Append(text, copied, text.Length - copied).ToString(), replaced);
    }

    private List<Piece> Pieces(string text, IReadOnlyList<PersonalDataMatch> matches, string? language)
    {
        var pieces = new List<Piece>(matches.Count);
        if (encrypts)
        {
            foreach (var (span, value) in cipher!.Tokens(text))
            {
                if (value is not null)
                {
                    pieces.Add(new Piece(TokenKind, null, span, cipher.Encrypt(TokenKind, span.Of(text)), PersonalDataAction.Encrypt));
                }
            }
        }

        var (tokens, next) = (pieces.Count, 0);
        foreach (var match in matches)
        {
            while (next < tokens && pieces[next].Span.End <= match.Span.Start)
            {
                next++;
            }

            if (next == tokens || !pieces[next].Span.Overlaps(match.Span))
            {
                var action = options.Actions.TryGetValue(match.Kind, out var own) ? own : options.Action;
                pieces.Add(new Piece(match.Kind, match.Country, match.Span, Replacement(match, text, action, language), action));
            }
        }

        if (tokens > 0)
        {
            pieces.Sort((one, other) => one.Span.Start.CompareTo(other.Span.Start));
        }

        return pieces;
    }

    private string Replacement(PersonalDataMatch match, string text, PersonalDataAction action, string? language) =>
        action switch
        {
            PersonalDataAction.Mask => Masked(match.Span.Of(text), Math.Min(options.KeepLast, match.Rule.MayKeep)),
            PersonalDataAction.Hash => $"[{match.Kind.ToUpperInvariant()}:{cipher!.Hash(match.Kind, SameValue(match, text))}]",
            PersonalDataAction.Encrypt => cipher!.Encrypt(match.Kind, match.Span.Of(text)),
            _ => Template(match.Kind, language),
        };

    private string Template(string kind, string? language) =>
        language is not null && options.Templates.TryGetValue($"{kind}/{language}", out var own) ? own
        : options.Templates.TryGetValue(kind, out var any) ? any
        : $"[{kind.ToUpperInvariant()}]";

    private static string Masked(ReadOnlySpan<char> value, int keep)
    {
        var masked = value.ToArray();
        var count = 0;
        foreach (var c in value)
        {
            count += char.IsLetterOrDigit(c) ? 1 : 0;
        }

        var hidden = count - Math.Min(keep, count / 4);
        for (var i = 0; i < masked.Length && hidden > 0; i++)
        {
            if (!char.IsWhiteSpace(masked[i]) && (char.IsLetterOrDigit(masked[i]) || keep == 0))
            {
                hidden -= char.IsLetterOrDigit(masked[i]) ? 1 : 0;
                masked[i] = '*';
            }
        }

        return new string(masked);
    }

    // However its groups are set apart and its digits are written, a number is the same; addresses are compared in lower case.
    private static string SameValue(PersonalDataMatch match, string text)
    {
        var value = match.Span.Of(text);
        if (match.Kind is PersonalDataKinds.Email)
        {
            return value.ToString().ToLowerInvariant();
        }

        var numbers =
            match.Rule.Passes is not null
            || match.Kind
                is PersonalDataKinds.Iban
                    or PersonalDataKinds.Phone
                    or PersonalDataKinds.Passport
                    or PersonalDataKinds.DrivingLicence;
        if (!numbers)
        {
            return value.ToString();
        }

        var same = new StringBuilder();
        foreach (var c in value)
        {
            if (Characters.IsGroup(c))
            {
                same.Append(Characters.Canonical(c));
            }
        }

        return same.ToString();
    }

    private sealed record Piece(string Kind, string? Country, TextSpan Span, string Text, PersonalDataAction Action);
}
