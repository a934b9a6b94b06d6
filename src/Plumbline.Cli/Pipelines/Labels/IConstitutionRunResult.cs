using System.Text.Json.Nodes;

namespace Plumbline.Cli.Pipelines.Labels;

/// <summary>What a run by a constitution found.</summary>
internal interface IConstitutionRunResult
{
    /// <summary>What was not answered, for the user; null where everything was.</summary>
    string? Unfinished { get; }

    /// <summary>The figures for machines.</summary>
    JsonObject Json();

    /// <summary>The figures for readers.</summary>
    void Write(TextWriter output);
}
