using System.Text;

namespace Plumbline.Configuration;

/// <summary>One thing wrong with the options.</summary>
internal sealed record OptionFault(string Problem, string Mend, InputPosition? Position);

/// <summary>Collects what is wrong, so that a user mends everything in one go.</summary>
internal sealed class OptionFaults
{
    private const int MostShown = 20;
    private readonly List<OptionFault> faults = [];

    public int Count => faults.Count;

    public void Add(string problem, string mend, InputPosition? position) => faults.Add(new(problem, mend, position));

    /// <summary>Throws one <see cref="InvalidInputException"/> that names every fault.</summary>
    public void ThrowIfAny()
    {
        if (faults.Count == 0)
        {
            return;
        }

        var first = faults[0];
        if (faults.Count == 1)
        {
            throw new InvalidInputException(first.Problem, first.Mend, first.Position);
        }

        var text = new StringBuilder($"{faults.Count} options are not usable:");
        foreach (var fault in faults.Take(MostShown))
        {
            text.Append("\n  ");
            if (fault.Position is not null)
            {
                text.Append(fault.Position).Append(": ");
            }

            text.Append(fault.Problem).Append(' ').Append(fault.Mend);
        }

        if (faults.Count > MostShown)
        {
            text.Append($"\n  and {faults.Count - MostShown} more");
        }

        throw new InvalidInputException(text.ToString(), null, first.Position);
    }
}
