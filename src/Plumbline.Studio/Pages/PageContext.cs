using Plumbline.Studio.Access;
using Plumbline.Studio.Localization;

namespace Plumbline.Studio.Pages;

/// <summary>What every page is drawn with.</summary>
/// <param name="Language">The words.</param>
/// <param name="FormToken">What every form sends back, so that no other site can send it; empty where nobody signed in.</param>
public sealed record PageContext(StudioLanguage Language, string FormToken)
{
    /// <summary>Who looks at the page; null for somebody who has not signed in.</summary>
    public Person? Person { get; init; }

    /// <summary>The path and query of the page.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Light, dark, or null for the device's setting.</summary>
    public string? Theme => Person?.Account.Theme;

    /// <summary>What has just been done, a text's key; null for nothing.</summary>
    public string? Done { get; init; }

    /// <summary>A text.</summary>
    /// <param name="key">Its key.</param>
    public string this[string key] => Language[key];

    /// <summary>A text with values in it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="values">The values.</param>
    public string Format(string key, params ReadOnlySpan<object?> values) => Language.Format(key, values);
}
