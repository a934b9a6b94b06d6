namespace Plumbline.Configuration;

/// <summary>
/// An option that came when stages had been keyed by the others. Where it has its default it is not written, so that those stages are found again. For properties of records that can be made without
/// arguments.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LaterOptionAttribute : Attribute;
