exports.handler = async (event, context) => {
  const { qualifier, versionId } = context.service;
  console.log("qualifier", qualifier, "version", versionId);
  return `version ${versionId} through ${qualifier}`;
};
