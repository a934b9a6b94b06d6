using Plumbline.Configuration;
using Plumbline.Moderation.Canonicalization.Readings;
using Plumbline.Moderation.Canonicalization.Unicode;

namespace Plumbline.Moderation.Canonicalization;

/// <summary>
/// Reads a text as a person would see it, and everything that is wrapped in it: encodings, ciphers, disguised letters, split words. Thread-safe; the same text gives the same views.
/// </summary>
/// <remarks>
/// The work is bounded by the options: every view is looked at once, all of them together hold at most <see cref="CanonicalizerOptions.MaxGrowth"/> times the text. A text of plain ASCII in
/// which nothing is wrapped has one view, which is the string that was given.
/// </remarks>
/// <param name="options">How far to go; null for the defaults.</param>
/// <exception cref="InvalidInputException">An option is out of range.</exception>
public sealed class Canonicalizer(CanonicalizerOptions? options = null)
{
    private static readonly Reading[] Readings =
    [
        new EscapeReading(),
        new Base64Reading(),
        new Base32Reading(),
        new Base85Reading(),
        new HexReading(),
        new NumberReading(),
        new UuencodeReading(),
        new MorseReading(),
        new SpellingReading(),
        new BrailleReading(),
        new SpacedReading(),
        new LeetReading(),
        new SplitReading(),
        new StructureReading(),
        new RotationReading(),
        new ReversalReading(),
        new DisguiseReading(),
    ];

    private readonly CanonicalizerOptions options = OptionsValidation.ThrowIfInvalid(options ?? new CanonicalizerOptions());

    /// <summary>Reads a text.</summary>
    /// <param name="text">Any UTF-16 units, lone surrogates too.</param>
    public CanonicalText Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var views = new ViewList(text, options);
        AddFolded(views, MappedText.Unchanged(text), string.Empty, 0);
        var found = new List<UnwrappedText>();
        for (var i = 0; i < views.Count; i++)
        {
            Unwrap(views, views[i], found);
        }

        return new CanonicalText(text, views.All, views.IsTruncated);
    }

    private static void Unwrap(ViewList views, CanonicalView view, List<UnwrappedText> found)
    {
        found.Clear();
        var profile = TextProfile.Of(view.Text);
        foreach (var reading in Readings)
        {
            reading.Read(view.Text, profile, found);
        }

        foreach (var unwrapped in found)
        {
            var hasSurroundings = Unwrapping.HasSurroundings(view.Text, unwrapped);
            var source = new MappedText(view.Text, view.Map);
            if (!unwrapped.IsExtract)
            {
                AddFolded(
                    views,
                    source.Then(Unwrapping.InPlace(view.Text, unwrapped)),
                    JoinNames(view.Name, unwrapped.Name),
                    view.Depth + 1
                );
            }

            if (unwrapped.IsExtract || (unwrapped.StandsAlone && hasSurroundings))
            {
                AddFolded(views, source.Then(Unwrapping.Alone(view.Text, unwrapped)), JoinNames(view.Name, unwrapped.Name), view.Depth + 1);
            }
        }
    }

    // Adds a text as it is seen, and what it says in characters that nobody sees.
    private static void AddFolded(ViewList views, MappedText text, string name, int depth)
    {
        var folded = text.Then(UnicodeFolder.Fold(text.Text, out var payloads));
        views.Add(folded, name, depth);
        foreach (var (how, payload) in payloads)
        {
            AddFolded(views, text.Then(payload), JoinNames(name, how), depth + 1);
        }
    }

    private static string JoinNames(string outer, string inner) => outer is "" or CanonicalView.NormalizedName ? inner : $"{outer}+{inner}";
}
