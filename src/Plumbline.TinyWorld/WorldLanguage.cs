namespace Plumbline.TinyWorld;

/// <summary>The languages the tiny world speaks.</summary>
public enum WorldLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>German.</summary>
    German,

    /// <summary>Spanish.</summary>
    Spanish,
}
