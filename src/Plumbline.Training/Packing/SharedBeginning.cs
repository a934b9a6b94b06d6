using Plumbline.Models.Language;
using Plumbline.Training.Supervised;

namespace Plumbline.Training.Packing;

/// <summary>How many first tokens the sequences of one group have in common, and so need to be computed only once.</summary>
internal static class SharedBeginning
{
    /// <summary>Tokens in common; 0 where nothing is shared. Every sequence keeps a token of its own.</summary>
    /// <param name="model">Whether its rotations allow it.</param>
    /// <param name="group">Sequences, usually of one prompt.</param>
    internal static int Of(Decoder model, IReadOnlyList<TokenizedExample> group)
    {
        if (group.Count < 2)
        {
            return 0;
        }

        var first = group[0].Ids;
        var common = group.Min(example => example.Ids.Length) - 1;
        foreach (var example in group.Skip(1))
        {
            common = first.AsSpan(0, common).CommonPrefixLength(example.Ids);
        }

        return common > 0 && model.MayShareBeginning([.. group.Select(example => example.Ids.Length)]) ? common : 0;
    }

    /// <summary>What a group costs and weighs.</summary>
    internal static Loop.ExampleSize Size(Decoder model, params IReadOnlyList<TokenizedExample> group) =>
        new(
            group.Sum(example => example.Ids.Length) - ((group.Count - 1) * Of(model, group)),
            group.Sum(example => (long)example.TargetCount)
        );
}
