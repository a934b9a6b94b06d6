using Plumbline.Configuration;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines;

/// <summary>What every pipeline file says about its run.</summary>
public abstract record PipelineOptions : IValidatedOptions
{
    /// <summary>The pipeline's name; its folder is named after it.</summary>
    public required string Name { get; init; }

    /// <summary>Decides split, weights, order and sampling.</summary>
    /// <value>17</value>
    public Seed Seed { get; init; } = new(17);

    /// <summary>Threads to compute with; 0 for every core. Results repeat to the bit at one number of threads.</summary>
    /// <value>0</value>
    public int Threads { get; init; }

    /// <summary>Where the runs are kept; null for <c>runs/NAME</c>.</summary>
    public string? Output { get; init; }

    /// <summary>The folder of the runs.</summary>
    internal string Folder => Output ?? Path.Combine("runs", Name);

    /// <inheritdoc/>
    public virtual IEnumerable<OptionProblem> Problems()
    {
        if (Name.Length == 0 || Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
        {
            yield return new(nameof(Name), Name, "letters, digits, '-', '_' and '.'");
        }

        if (Threads is < 0 or > 1024)
        {
            yield return new(nameof(Threads), Threads, "between 0 (every core) and 1024");
        }
    }
}
