using System.Globalization;
using Plumbline.Runs;

namespace Plumbline.Evaluation.Reports;

/// <summary>Where a report's figures come from.</summary>
public static class Provenance
{
    /// <summary>A section with what it takes to repeat the run: command, seed, software, machine and the hashes of the inputs.</summary>
    public static ReportSection Section(RunFacts facts)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "command", facts.Command },
            new[] { "seed", facts.Seed.ToString(CultureInfo.InvariantCulture) },
        };
        rows.AddRange(facts.Versions.Select(version => new[] { $"version of {version.Key}", version.Value }));
        rows.AddRange(facts.Machine.Select(fact => new[] { fact.Key.Replace('_', ' '), fact.Value }));
        var blocks = new List<ReportBlock> { new TableBlock("Run", [new("Fact"), new("Value")], rows) };
        if (facts.Inputs.Count > 0)
        {
            blocks.Add(
                new TableBlock(
                    "Inputs",
                    [new("File"), new("Bytes", IsNumeric: true), new("SHA-256")],
                    [
                        .. facts.Inputs.Select(input =>
                            new[]
                            {
                                input.Path,
                                input.Bytes.ToString("#,##0", CultureInfo.InvariantCulture).Replace(',', '\u202F'),
                                input.Sha256,
                            }
                        ),
                    ]
                )
            );
        }

        return new ReportSection("How to repeat this", blocks);
    }
}
