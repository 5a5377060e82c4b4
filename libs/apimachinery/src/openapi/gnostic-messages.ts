/**
 * Field numbers of the OpenAPI v2 protobuf messages (facts of gnostic's `OpenAPIv2.proto`), as far as our documents use
 * them: `field:type=number`, string where no type is given, `[T]` a list.
 */
export const gnosticMessages: Readonly<Record<string, string>> = {
  AdditionalPropertiesItem: 'schema:Schema=1 boolean:bool=2',
  Any: 'yaml=2',
  BodyParameter: 'description=1 name=2 in=3 required:bool=4 schema:Schema=5',
  Definitions: 'additionalProperties:[NamedSchema]=1',
  Document: 'swagger=1 info:Info=2 paths:Paths=8 definitions:Definitions=9',
  Info: 'title=1 version=2',
  ItemsItem: 'schema:[Schema]=1',
  NamedAny: 'name=1 value:Any=2',
  NamedPathItem: 'name=1 value:PathItem=2',
  NamedResponseValue: 'name=1 value:ResponseValue=2',
  NamedSchema: 'name=1 value:Schema=2',
  NonBodyParameter: 'queryParameterSubSchema:QueryParameter=3 pathParameterSubSchema:PathParameter=4',
  Operation:
    'tags:[string]=1 description=3 operationId=5 produces:[string]=6 consumes:[string]=7 parameters:[ParametersItem]=8 ' +
    'responses:Responses=9 schemes:[string]=10 vendorExtension:[NamedAny]=13',
  Parameter: 'bodyParameter:BodyParameter=1 nonBodyParameter:NonBodyParameter=2',
  ParametersItem: 'parameter:Parameter=1',
  PathItem:
    'get:Operation=2 put:Operation=3 post:Operation=4 delete:Operation=5 patch:Operation=8 parameters:[ParametersItem]=9',
  PathParameter: 'required:bool=1 in=2 description=3 name=4 type=5 uniqueItems:bool=19',
  Paths: 'path:[NamedPathItem]=2',
  Properties: 'additionalProperties:[NamedSchema]=1',
  QueryParameter: 'required:bool=1 in=2 description=3 name=4 type=6 uniqueItems:bool=20',
  Response: 'description=1 schema:SchemaItem=2',
  ResponseValue: 'response:Response=1',
  Responses: 'responseCode:[NamedResponseValue]=1',
  Schema:
    'Ref=1 format=2 description=4 required:[string]=19 enum:[Any]=20 additionalProperties:AdditionalPropertiesItem=21 ' +
    'type:TypeItem=22 items:ItemsItem=23 properties:Properties=25 vendorExtension:[NamedAny]=31',
  SchemaItem: 'schema:Schema=1',
  TypeItem: 'value:[string]=1',
};
