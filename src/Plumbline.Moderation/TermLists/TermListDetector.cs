using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.TermLists;

/// <summary>
/// Looks for the terms of a list and for what stands near them (docs/term-lists.md). All it finds are estimates: a term whose context stands near is a suspicion, which a costlier detector confirms or clears; a term alone stays below a
/// half. Thread-safe.
/// </summary>
public sealed class TermListDetector : IDetector
{
    /// <summary>The score of a term alone.</summary>
    public const double AloneScore = 0.3;

    /// <summary>The score of a term alone, against which something speaks.</summary>
    public const double AgainstScore = 0.1;

    /// <summary>The score of a term whose context stands near, and against which something speaks too.</summary>
    public const double BothScore = 0.4;

    private static readonly IReadOnlyList<Finding> Nothing = [];

    private readonly TermList list;

    private TermListDetector(TermList list)
    {
        this.list = list;
        Name = $"list-{list.Name}";
        Hazards = [.. list.Entries.Select(entry => entry.Hazard).Distinct(StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    /// <remarks><c>list-</c> and what the file calls it.</remarks>
    public string Name { get; }

    /// <inheritdoc/>
    /// <remarks>The SHA-256 of what the file means: comments, order and spelling that is folded away do not change it.</remarks>
    public string Version => list.Hash;

    /// <inheritdoc/>
    public DetectorCost Cost => DetectorCost.Cheap;

    /// <inheritdoc/>
    public DetectorReading Reads => DetectorReading.Views;

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Hazards { get; }

    /// <summary>Reads a list's file.</summary>
    /// <exception cref="InvalidInputException">The file is missing, larger than 1 MiB, no YAML, or an entry is not usable: the message names the place and the mend.</exception>
    public static TermListDetector Load(string path) => new(TermList.Of(OptionsFile.Read<TermListFile>(path)));

    /// <summary>Makes a detector of a list built in code.</summary>
    /// <exception cref="InvalidInputException">An entry is not usable.</exception>
    public static TermListDetector Of(TermListFile file) => new(TermList.Of(OptionsValidation.ThrowIfInvalid(file)));

    /// <summary>Reads a list's bytes: what fuzzing drives.</summary>
    internal static TermListDetector Parse(byte[] yaml, string name) => new(TermList.Of(OptionsFile.Read<TermListFile>(yaml, name)));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Finding>> DetectAsync(DetectorInput input, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(HasTerm(input.Text) ? TermReading.Findings(list, input.Text, input.Language) : Nothing);
    }

    // Most texts have none, and cost one pass that allocates nothing.
    private bool HasTerm(string text)
    {
        var scan = new PhraseScan(list.Automaton, text);
        while (scan.MoveNext())
        {
            if (list.IsTerm[scan.Current.Phrase])
            {
                return true;
            }
        }

        return false;
    }
}
