namespace Plumbline.Moderation;

/// <summary>What becomes of a text or an image, from the mildest to the strictest.</summary>
public enum GuardOutcome
{
    /// <summary>It passes as it is.</summary>
    Allow,

    /// <summary>It passes with what was found replaced.</summary>
    Transform,

    /// <summary>It does not pass until a person has decided.</summary>
    Escalate,

    /// <summary>It does not pass; who asked is told why, and which clause says so.</summary>
    Refuse,

    /// <summary>It does not pass.</summary>
    Block,
}
