namespace Plumbline.Moderation.Guarding;

/// <summary>What verdicts name where no clause asked for them, but the guard's own care. No clause can have such an id.</summary>
public static class OwnRules
{
    /// <summary>The language is unknown, and no detector that reads all languages looked.</summary>
    public const string UnknownLanguage = "guard:unknown_language";

    /// <summary>The text hides more readings than were looked at.</summary>
    public const string TooManyReadings = "guard:too_many_readings";

    /// <summary>The text is longer than what is checked.</summary>
    public const string TooLong = "guard:too_long";

    /// <summary>Whether a verdict names one of these rather than a clause.</summary>
    public static bool Contains(string rule) => rule is UnknownLanguage or TooManyReadings or TooLong;
}
