using Plumbline.Configuration;
using Plumbline.Findings;

namespace Plumbline.Moderation.Onnx;

/// <summary>A classifier of texts in ONNX, and what its labels stand for.</summary>
public sealed record OnnxTextOptions : IValidatedOptions
{
    /// <summary>What records call the detector.</summary>
    /// <value>onnx-text</value>
    public string Name { get; init; } = "onnx-text";

    /// <summary>A Hugging Face folder: <c>model.onnx</c> there or in <c>onnx</c>, the tokenizer's files, and <c>config.json</c>.</summary>
    public required string Folder { get; init; }

    /// <summary>The model's file where it lies elsewhere; null for the folder's.</summary>
    public string? Model { get; init; }

    /// <summary>The tokenizer's folder where it is another one; null for <see cref="Folder"/>.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>The labels in the order of the model's outputs; empty for those of <c>config.json</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The code of the hazard that each label stands for.</summary>
    public required IReadOnlyDictionary<string, string> Hazards { get; init; }

    /// <summary>The labels that stand for no hazard. Every label is either here or in <see cref="Hazards"/>.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>How outputs become scores; null for what <c>config.json</c> says as <c>problem_type</c>, and softmax where it says nothing.</summary>
    public LabelScores? Scores { get; init; }

    /// <summary>Whether it reads the text alone, or every view of it too.</summary>
    /// <value>text</value>
    public DetectorReading Reads { get; init; } = DetectorReading.Text;

    /// <summary>Tokens of a window, with those that the tokenizer puts around it; null for what <c>config.json</c> allows, at most 512.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Tokens that two neighbouring windows share, so that nothing is seen in halves only.</summary>
    /// <value>64</value>
    public int Overlap { get; init; } = 64;

    /// <summary>Windows that the model reads at once.</summary>
    /// <value>8</value>
    public int BatchSize { get; init; } = 8;

    /// <summary>The most characters of a text; longer ones are an error rather than read in part.</summary>
    /// <value>1000000</value>
    public int MaxCharacters { get; init; } = 1_000_000;

    /// <summary>The least score that is reported; 0 reports every hazard of every text.</summary>
    /// <value>0</value>
    public double LeastScore { get; init; }

    /// <summary>Threads of one run; 1 runs on the caller's thread.</summary>
    /// <value>1</value>
    public int Threads { get; init; } = 1;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        var unknown = LabelOptions.UnknownHazard(Hazards.Values);
        (bool Holds, string Option, object? Value, string Range)[] checks =
        [
            (LabelOptions.IsName(Name), nameof(Name), Name, "1 to 64 lower-case letters, digits, '-' and '_'"),
            (unknown is null, nameof(Hazards), unknown, "codes of hazards, such as S10"),
            (Reads is DetectorReading.Text or DetectorReading.Views, nameof(Reads), Reads, "text or views"),
            (MaxTokens is null or (>= 8 and <= 1 << 16), nameof(MaxTokens), MaxTokens, "between 8 and 65536"),
            (Overlap is >= 0 and <= 1 << 15, nameof(Overlap), Overlap, "between 0 and 32768"),
            (BatchSize is >= 1 and <= 1024, nameof(BatchSize), BatchSize, "between 1 and 1024"),
            (MaxCharacters >= 1, nameof(MaxCharacters), MaxCharacters, "at least 1"),
            (LeastScore is >= 0 and <= 1, nameof(LeastScore), LeastScore, "between 0 and 1"),
            (Threads is >= 1 and <= 256, nameof(Threads), Threads, "between 1 and 256"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}
