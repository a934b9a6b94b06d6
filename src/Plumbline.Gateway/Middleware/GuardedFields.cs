namespace Plumbline.Gateway;

/// <summary>
/// Which fields of an endpoint's JSON are checked. A path names fields from the root, joined by dots; <c>*</c> is every item of an array: <c>question</c>, <c>messages.*.content</c>. All strings at and
/// below it are checked.
/// </summary>
public sealed record GuardedFields
{
    /// <summary>Fields of the request, checked as prompts before the endpoint runs.</summary>
    public IReadOnlyList<string> Request { get; init; } = [];

    /// <summary>Fields of the response, checked as answers before the client gets any of it. The response must be JSON and is held in memory: such an endpoint cannot stream.</summary>
    public IReadOnlyList<string> Response { get; init; } = [];
}
