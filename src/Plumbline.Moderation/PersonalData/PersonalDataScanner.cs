using System.Runtime.CompilerServices;
using Plumbline.Moderation.PersonalData.Recognizers;
using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData;

/// <summary>Finds personal data and secrets in texts. Thread-safe.</summary>
/// <remarks>
/// One pass: vector instructions find digits, <c>@</c>, <c>:</c>, <c>=</c> and the beginnings of keys; only what stands around these is read closely, and no more of it than a bound.
/// So time is linear in the text's length whatever it holds. Nothing is allocated but the caller's list.
/// </remarks>
public sealed class PersonalDataScanner
{
    private readonly ScanPlan plan;

    /// <summary>Prepares a scanner.</summary>
    /// <param name="options">What is looked for; null for everything.</param>
    /// <exception cref="InvalidInputException">An option is not usable.</exception>
    public PersonalDataScanner(PersonalDataOptions? options = null)
    {
        Options = options ?? new PersonalDataOptions();
        Options.Check();
        plan = new ScanPlan(Options);
    }

    /// <summary>What is looked for.</summary>
    public PersonalDataOptions Options { get; }

    /// <summary>The rules in use.</summary>
    public IReadOnlyList<PersonalDataRule> Rules => plan.Rules;

    /// <summary>Adds what a text holds to a list, in the order in which it stands there; no two overlap.</summary>
    /// <param name="text">The text.</param>
    /// <param name="matches">The list; what stands in it already stays.</param>
    public void Scan(ReadOnlySpan<char> text, List<PersonalDataMatch> matches) => ScanCounting(text, matches);

    /// <summary>As <see cref="Scan(ReadOnlySpan{char}, List{PersonalDataMatch})"/>.</summary>
    /// <returns>How many characters were looked at one by one.</returns>
    [SkipLocalsInit]
    internal long ScanCounting(ReadOnlySpan<char> text, List<PersonalDataMatch> matches)
    {
        var before = matches.Count;
        Span<char> value = stackalloc char[NumberTrie.MaxCharacters];
        Span<int> places = stackalloc int[NumberTrie.MaxCharacters];
        Span<int> words = stackalloc int[plan.WordSlots];
        var scan = new TextScan(plan, text, matches, words, value, places);
        for (var at = Anchors.Next(text, 0); at < text.Length; at = Anchors.Next(text, at))
        {
            at = Around(ref scan, at);
        }

        Overlaps.Settle(matches, before);
        return scan.Work;
    }

    private static int Around(ref TextScan scan, int anchor)
    {
        switch (scan.Text[anchor])
        {
            case '@':
                EmailRecognizer.Around(ref scan, anchor);
                return anchor + 1;
            case ':' when LoginRecognizer.Begins(scan.Text, anchor):
                return LoginRecognizer.After(ref scan, anchor);
            case '_' or '-' or 'I' or 'S' or 'y':
                return TokenRecognizer.Around(ref scan, anchor);
            case ':' or '=' or '\uFF1A':
                AssignmentRecognizer.Around(ref scan, anchor);
                return anchor + 1;
            default:
                return GroupRecognizer.Around(ref scan, anchor);
        }
    }
}
