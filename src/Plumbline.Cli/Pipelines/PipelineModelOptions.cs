namespace Plumbline.Cli.Pipelines;

/// <summary>The model that a pipeline starts from.</summary>
public sealed record PipelineModelOptions
{
    /// <summary>A Hugging Face model folder, or <c>tiny</c> to make a small model and pretrain it on the data's own text.</summary>
    /// <value>tiny</value>
    public string Path { get; init; } = "tiny";

    /// <summary>The small model's shape.</summary>
    public TinyModelOptions Tiny { get; init; } = new();

    /// <summary>Whether the pipeline makes its own model.</summary>
    internal bool IsTiny => Path == "tiny";
}
