using Plumbline.Moderation.PersonalData.Scanning;

namespace Plumbline.Moderation.PersonalData;

/// <summary>How one sort of personal data is recognised; <see cref="PersonalDataRegistry"/> lists them.</summary>
public sealed class PersonalDataRule
{
    internal PersonalDataRule(string kind, string name, string title)
    {
        Kind = kind;
        Name = name;
        Title = title;
    }

    /// <summary>What it finds: one of <see cref="PersonalDataKinds"/>.</summary>
    public string Kind { get; }

    /// <summary>What records call the rule, such as <c>de_tax_id</c>.</summary>
    public string Name { get; }

    /// <summary>What readers call what it finds.</summary>
    public string Title { get; }

    /// <summary>The country whose it is, as ISO 3166-1 alpha-2 in lower case; null for none or several.</summary>
    public string? Country { get; internal init; }

    /// <summary>What is checked.</summary>
    public string Check { get; internal init; } = string.Empty;

    /// <summary>Where the check is published.</summary>
    public string Source { get; internal init; } = string.Empty;

    /// <summary>The share of random strings of its shape that pass the check, in (0, 1].</summary>
    public double Chance { get; internal init; } = 1;

    /// <summary>Whether a checksum is among what is checked.</summary>
    public bool HasChecksum { get; internal init; }

    /// <summary>How it is written, such as <c>999-99-9999</c>; empty where it is no shape of letters and digits.</summary>
    public IReadOnlyList<string> Forms => [.. Shapes.Select(shape => shape.Pattern)];

    /// <summary>How many characters at its end may be shown when it is masked; 0 for none.</summary>
    public int MayKeep { get; internal init; }

    internal IReadOnlyList<NumberShape> Shapes { get; init; } = [];

    internal NumberCheck? Passes { get; init; }

    internal IReadOnlyList<string> Words { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
