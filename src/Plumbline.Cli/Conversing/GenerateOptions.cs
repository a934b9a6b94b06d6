using Plumbline.Configuration;
using Plumbline.Data;

namespace Plumbline.Cli.Conversing;

/// <summary>What <c>plumb generate</c> answers.</summary>
public sealed record GenerateOptions : SpeakerOptions
{
    /// <summary>Prompts in text.</summary>
    /// <value>none</value>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>A data set whose prompts are answered, or a text file (.txt) with a prompt a line.</summary>
    /// <value>null</value>
    public DatasetOptions? Input { get; init; }

    /// <summary>Answers to each prompt.</summary>
    /// <value>1</value>
    public int Answers { get; init; } = 1;

    /// <summary>Requests at a time, of a local model.</summary>
    /// <value>32</value>
    public int Batch { get; init; } = 32;

    /// <summary>The jsonl file to write; null for standard output.</summary>
    /// <value>null</value>
    public string? Output { get; init; }

    /// <summary>A folder whose ledger is told which model answered what; null for none. Needs an output.</summary>
    /// <value>null</value>
    public string? Ledger { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<OptionProblem> Problems()
    {
        foreach (var problem in base.Problems())
        {
            yield return problem;
        }

        if (Prompts.Count == 0 && Input is null)
        {
            yield return new(
                nameof(Prompts),
                "empty",
                "given, or else input",
                "Give a prompt (--prompt) or a file with prompts (--input)."
            );
        }

        if (Prompts.Any(string.IsNullOrEmpty))
        {
            yield return new(nameof(Prompts), "an empty text", "made of texts");
        }

        if (Ledger is not null && Output is null)
        {
            yield return new(nameof(Output), null, "given where a ledger is", "Name the file to write (--out).");
        }

        if (Answers is < 1 or > 1024)
        {
            yield return new(nameof(Answers), Answers, "between 1 and 1024");
        }

        if (Batch is < 1 or > 4096)
        {
            yield return new(nameof(Batch), Batch, "between 1 and 4096");
        }
    }
}
